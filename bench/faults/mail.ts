import type { Faults } from './fault.ts'

export const mailFaults: Faults = {}
