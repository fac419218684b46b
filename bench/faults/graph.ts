import type { Faults } from './fault.ts'

export const graphFaults: Faults = {}
