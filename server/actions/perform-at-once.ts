// A run that brings no files is planned, carried out and ended in the one transaction that treats its mail: all of it is
// there, or nothing. What goes wrong here is left to a job of the run's own (see treat-message.ts).
import { randomUUID } from 'node:crypto'
import type { Db } from '../database/schema.ts'
import type { Announcement } from '../live/live.ts'
import type { Plan } from '../content/plan.ts'
import { type Facts, insertRun, type NewAction, type Verdict, waitingAction } from '../runs/run-store.ts'
import { columnsOf, type Notes, withNotes, wordsOf, writeAction } from './write-action.ts'

/** How a run ended, and what panes are told of it. */
export type Ended = { outcome: Verdict['outcome'] | 'not-matched'; words: Announcement[] }

/** Another worker has made the run of this mail meanwhile. */
export class RunIsThere extends Error {
  override name = 'RunIsThere'
}

export async function performAtOnce(trx: Db, facts: Omit<Facts, 'id'>, plans: Plan[]): Promise<Ended> {
  const id = randomUUID()
  const { verdict, words } = await carryOut(trx, { ...facts, id }, plans)
  // The run comes last, with its outcome. Where another is there, nothing of this one stays.
  if ((await insertRun(trx, { ...facts, id }, verdict)) !== id) throw new RunIsThere()
  return { outcome: verdict.outcome, words: [{ tenantId: facts.tenantId, personId: facts.personId, kind: 'run', id }, ...words] }
}

async function carryOut(trx: Db, facts: Facts & { id: string }, plans: Plan[]): Promise<{ verdict: Verdict; words: Announcement[] }> {
  const owner = { tenantId: facts.tenantId, personId: facts.personId }
  const source = sourceOf(facts)
  const actions: NewAction[] = plans.map(waitingAction)
  const words: Announcement[] = []
  let notes: Notes = {}
  for (const [at, plan] of plans.entries()) {
    const { kind } = plan.action
    const written = await writeAction(trx, { owner, source, plan })
    if (written !== undefined && 'refused' in written) {
      actions[at] = { kind, outcome: 'failed', plan }
      // Of a mail that came to nothing nothing is kept.
      if (!actions.some(({ outcome }) => outcome === 'done')) for (const action of actions) action.plan = null
      return { verdict: { outcome: 'failed', reason: { code: written.refused, params: written.params }, actions }, words }
    }
    actions[at] = { kind, plan: null, ...(written === undefined ? { outcome: 'skipped' } : { outcome: 'done', ...columnsOf(written) }) }
    if (written === undefined) continue
    notes = withNotes(notes, written, plan)
    words.push(...wordsOf(owner, written))
  }
  if (actions.every(({ outcome }) => outcome === 'skipped'))
    return { verdict: { outcome: 'skipped', reason: { code: 'no-linked-item' }, actions }, words }
  return { verdict: { outcome: 'done', reason: { code: 'done', params: notes }, actions }, words }
}

const sourceOf = ({ id, messageId, recipe, mail }: Facts & { id: string }) => ({
  messageId,
  conversationId: mail?.conversationId || null,
  internetMessageId: mail?.internetMessageId || null,
  recipeId: recipe.id,
  runId: id,
})
