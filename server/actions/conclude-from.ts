// What a run comes to, from what its actions came to.
import type { ActionRow, Reason, RunRow } from '../runs/run.ts'
import type { Notes } from './written.ts'

type Conclusion = { outcome: RunRow['outcome']; reason: Reason }

/** Of a run whose actions have all ended well. `filesLeftOut`: names of files that could not be brought. */
export function concludeFrom(outcomes: readonly ActionRow['outcome'][], notes: Notes, filesLeftOut: readonly string[] = []): Conclusion {
  if (outcomes.every((outcome) => outcome === 'skipped')) return { outcome: 'skipped', reason: { code: 'no-linked-item' } }
  const params = filesLeftOut.length === 0 ? notes : { ...notes, filesLeftOut }
  return { outcome: 'done', reason: { code: 'done', params } }
}
