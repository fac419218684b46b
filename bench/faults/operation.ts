import type { Faults } from './fault.ts'

export const operationFaults: Faults = {}
