import type { Faults } from './fault.ts'

export const entraFaults: Faults = {}
