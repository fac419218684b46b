import type { Faults } from './fault.ts'

export const databaseFaults: Faults = {}
