// Rows that need features the product does not have, or that a test machine cannot provide.
import type { Faults } from './fault.ts'

const monday = 'needs monday.com: there is no remote board yet'

export const refusedFaults: Faults = {
  F25: { title: 'board throttles', refused: monday },
  F26: { title: 'board is away', refused: monday },
  F27: { title: 'board answer is lost, key supported', refused: monday },
  F28: { title: 'board answer is lost, read-back', refused: monday },
  F29: { title: 'board answer is lost, key expired', refused: monday },
  F30: { title: 'board refuses for good', refused: monday },
  F54: { title: 'outgoing mail', refused: 'needs outgoing mail: there is no such action yet' },
}
