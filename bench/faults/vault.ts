import type { Faults } from './fault.ts'

export const vaultFaults: Faults = {}
