import type { Faults } from './fault.ts'

export const userFaults: Faults = {}
