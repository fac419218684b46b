// A run that brings no files is planned, carried out and ended in the one transaction that treats its mail: all of it is
// there, or nothing. What goes wrong here is left to a job of the run's own (see treat-message.ts).
import { randomUUID } from 'node:crypto'
import type { Db } from '../database/schema.ts'
import type { Announcement } from '../live/live.ts'
import type { Plan } from '../content/plan.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { type Facts, insertRun, type NewAction, type RunEnd, waitingAction } from '../runs/run-store.ts'
import type { Origin, Refused, Targets, Written } from '../boards/board-target.ts'
import { concludeFrom } from './conclude-from.ts'
import { wantedFrom } from './wanted.ts'
import { columnsOf, type Notes, withNotes, wordsOf } from './written.ts'

/** How a run ended, and what panes are told of it. */
export type Ended = { outcome: RunEnd['outcome'] | 'not-matched'; words: Announcement[] }

/** Another worker has made the run of this mail meanwhile. */
export class RunIsThere extends Error {
  override name = 'RunIsThere'
}

/** Whether all of these boards write in transactions. */
export const isTransactional = (targets: Targets, plans: readonly Plan[]): boolean =>
  plans.every(({ action }) => !('board' in action && action.board !== undefined && targets.get(action.board.target)?.writes === 'remote'))

export async function performAtOnce(trx: Db, targets: Targets, facts: Omit<Facts, 'id'>, plans: Plan[]): Promise<Ended> {
  const id = randomUUID()
  const { end, words } = await carryOut(trx, targets, { ...facts, id }, plans)
  // The run comes last, with its outcome. Where another is there, nothing of this one stays.
  if ((await insertRun(trx, { ...facts, id }, end)) !== id) throw new RunIsThere()
  return { outcome: end.outcome, words: [{ tenantId: facts.tenantId, personId: facts.personId, kind: 'run', id }, ...words] }
}

async function carryOut(
  trx: Db,
  targets: Targets,
  facts: Facts & { id: string },
  plans: Plan[],
): Promise<{ end: RunEnd; words: Announcement[] }> {
  const owner = { tenantId: facts.tenantId, personId: facts.personId }
  const origin = originOf(facts)
  const actions: NewAction[] = plans.map(waitingAction)
  const words: Announcement[] = []
  let notes: Notes = {}
  for (const [at, plan] of plans.entries()) {
    const { kind } = plan.action
    const written = await write(trx, owner, wantedFrom(plan, targets, origin))
    if (written !== undefined && 'refused' in written) {
      actions[at] = { kind, outcome: 'failed', plan }
      // Of a mail that came to nothing nothing is kept.
      if (!actions.some(({ outcome }) => outcome === 'done')) for (const action of actions) action.plan = null
      return { end: { outcome: 'failed', reason: { code: written.refused, params: written.params }, actions }, words }
    }
    actions[at] = { kind, plan: null, ...(written === undefined ? { outcome: 'skipped' } : { outcome: 'done', ...columnsOf(written) }) }
    if (written === undefined) continue
    notes = withNotes(notes, written, plan)
    words.push(...wordsOf(owner, written))
  }
  const ended = concludeFrom(
    actions.map(({ outcome }) => outcome),
    notes,
  )
  return { end: { ...ended, actions }, words }
}

async function write(trx: Db, owner: Actor, found: ReturnType<typeof wantedFrom>): Promise<Written | Refused | undefined> {
  if ('refused' in found) return found
  const { target, wanted } = found
  if (target.writes === 'remote') throw new Error('A remote board is not written to in a transaction')
  return target.write(trx, owner, wanted)
}

const originOf = ({ id, messageId, recipe, mail }: Facts & { id: string }): Origin => ({
  messageId,
  conversationId: mail?.conversationId || null,
  internetMessageId: mail?.internetMessageId || null,
  recipeId: recipe?.id ?? null,
  runId: id,
})
