// How one action of a run ended, and what every way to carry it out asks first.
import type { Origin } from '../boards/board-target.ts'
import type { Db } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { stillWanted } from '../runs/run-store.ts'
import { isOneClick, type Reason, type RunRow } from '../runs/run.ts'
import type { Notes } from './written.ts'

/** `lost`: somebody else holds the run. `again`: it is not settled yet. `in-doubt`: only a person can tell whether something was made. */
export type End =
  | { end: 'lost' | 'cancelled' | 'skipped' | 'in-doubt' }
  | { end: 'done'; notes: Notes }
  | { end: 'refused'; reason: Reason }
  | { end: 'again'; inSeconds: number }

/**
 * A recipe that is switched off writes nothing from then on, also where its run had begun to wait before. It is held before the run,
 * in the order in which a recipe that is deleted lets go of its runs.
 */
export async function isWanted(trx: Db, run: RunRow): Promise<boolean> {
  const { recipe_id: id } = run
  if (isOneClick(run)) return true
  return id !== null && (await stillWanted(trx, [id])).has(id)
}

export const ownerOf = ({ tenant_id: tenantId, person_id: personId }: RunRow): Actor => ({ tenantId, personId })

export const originOf = (run: RunRow): Origin => ({
  messageId: run.message_id,
  conversationId: run.conversation_id,
  internetMessageId: run.internet_message_id,
  recipeId: run.recipe_id,
  runId: run.id,
})
