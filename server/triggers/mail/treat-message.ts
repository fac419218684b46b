// What a mail that was read comes to: a run for each recipe, all of them in one transaction with the end of the mail.
import type { Transaction } from 'kysely'
import type { Judged, Part } from '../../content/judge-mail.ts'
import type { Plan } from '../../content/plan.ts'
import { isRefused } from '../../database/postgres.ts'
import type { Schema } from '../../database/schema.ts'
import type { Announcement } from '../../live/live.ts'
import { log } from '../../log.ts'
import { metrics } from '../../metrics.ts'
import { asPerson } from '../../people/unit-of-work.ts'
import type { EnabledRecipe } from '../../recipe-book/recipe-store.ts'
import { standsForMail, whichStands } from './digest-store.ts'
import { markMessage, type MessageJob } from '../../inbox/mark-store.ts'
import { type Mailbox } from '../../mailboxes/mailbox-store.ts'
import type { Candidate, Work } from './message-work.ts'
import { type Ended, isTransactional, performAtOnce, RunIsThere } from '../../actions/perform-at-once.ts'
import { makeRunsDue } from '../../runs/due-runs.ts'
import type { RunDeps } from '../../runs/run-deps.ts'
import { noteNotMatched } from '../../runs/check-store.ts'
import { type Facts, insertRun, type RunEnd, stillWanted, waitingAction } from '../../runs/run-store.ts'
import type { Reason } from '../../runs/run.ts'
import type { TellApart } from './tell-apart.ts'

type Trx = Transaction<Schema>
/** `same`, or the digest of this mail alone. */
type Apart = Buffer | 'same'
/** What a mail is known by, and what its mailbox has told of earlier messages that are known by the same. */
type Known = { digest: Buffer | undefined; apart: Map<string, Apart> }
/** What a recipe says of a mail: why not, or what is to be done. */
type Decided = { recipe: Candidate; facts: Facts } & ({ notMet: Reason } | { plans: Plan[] } | { tooHeavy: Part })

export async function treatMessage(
  deps: RunDeps,
  { job, mailbox, recipes }: Work & { job: MessageJob },
  judged: Judged,
  tellApart: TellApart,
): Promise<void> {
  const decided = decidedFor(mailbox, recipes, job.messageId, judged)
  const { mail } = judged
  const known = { digest: mail && deps.digestOf(mailbox, mail), apart: new Map<string, Apart>() }
  const treat = async (isAtOnce: boolean): Promise<Ended[]> => {
    try {
      return await asPerson(deps.db, mailbox, (trx) =>
        endAll(trx, deps, { job, mailbox, receivedAt: mail?.receivedAt ?? null, decided, known, isAtOnce }),
      )
    } catch (error) {
      if (!(error instanceof EarlierStands)) throw error
      const told = await tellApart(error.messageId)
      known.apart.set(error.messageId, told === 'same' ? told : (mail && deps.digestOf(mailbox, mail, told.contents)) || 'same')
      return treat(isAtOnce)
    }
  }
  const ended = await treat(true).catch((error: unknown) => {
    if (!(error instanceof RunIsThere || isRefused(error))) throw error
    if (isRefused(error)) log.warn({ err: error }, 'A run is left to a job of its own')
    return treat(false)
  })
  for (const { outcome } of ended)
    if (outcome === 'not-matched') metrics.notMatched.inc()
    else if (outcome !== 'waiting') metrics.runs.inc({ outcome })
  await deps.tell(ended.flatMap(({ words }) => words))
}

export const factsOf = (mailbox: Mailbox, { id, version }: EnabledRecipe, messageId: string): Facts => {
  const { tenantId, personId, connectionId } = mailbox
  return { tenantId, personId, connectionId, messageId, event: 'mail', recipe: { id, version } }
}

function decidedFor(mailbox: Mailbox, recipes: Candidate[], messageId: string, { mail, decided }: Judged): Decided[] {
  const byId = new Map(recipes.map((recipe) => [recipe.id, recipe]))
  return decided.flatMap((one): Decided[] => {
    const recipe = byId.get(one.id)
    if (recipe === undefined || 'before' in one) return []
    return [{ ...one, recipe, facts: { ...factsOf(mailbox, recipe, messageId), ...(mail && { mail }) } }]
  })
}

type MessageToEnd = { job: MessageJob; mailbox: Mailbox; receivedAt: string | null; decided: Decided[]; known: Known; isAtOnce: boolean }

async function endAll(trx: Trx, deps: RunDeps, { job, mailbox, receivedAt, decided, known, isAtOnce }: MessageToEnd): Promise<Ended[]> {
  const atOnce = decided.filter((each) => isAtOnce && isForNow(deps, each))
  const wanted = await (atOnce.length === 0
    ? new Set<string>()
    : stillWanted(
        trx,
        atOnce.map(({ recipe }) => recipe.id),
      ))
  const ended: Ended[] = []
  for (const each of decided) {
    if ('notMet' in each) {
      // One that has taken up the mail before has a run already, and ends it. Nothing of the mail is kept there either.
      const { mail: _mail, ...facts } = each.facts
      if (each.recipe.isBegun) ended.push(await endWith(trx, facts, { outcome: 'skipped', reason: each.notMet }))
    } else if ('tooHeavy' in each)
      ended.push(await endWith(trx, each.facts, { outcome: 'needs-you', reason: { code: 'too-heavy', params: { part: each.tooHeavy } } }))
    // A recipe that is switched off writes nothing from then on.
    else if (atOnce.includes(each) && !wanted.has(each.recipe.id))
      ended.push(await endWith(trx, each.facts, { outcome: 'skipped', reason: { code: 'cancelled-by-you' } }))
    else if (!(await isFirst(trx, each, known)))
      ended.push(await endWith(trx, each.facts, { outcome: 'skipped', reason: { code: 'same-mail' } }))
    else ended.push(await (atOnce.includes(each) ? performAtOnce(trx, deps.targets, each.facts, each.plans) : leaveToJob(trx, each)))
  }
  const notMatched = decided.flatMap((each): [string, string][] =>
    'notMet' in each && !each.recipe.isBegun ? [[each.recipe.id, decidingPointer(each.notMet)]] : [],
  )
  if (notMatched.length > 0) ended.push(await noteAll(trx, mailbox, { job, receivedAt, notMatched }))
  await markMessage(trx, job, 'treated')
  return ended
}

const decidingPointer = ({ params }: Reason): string => (typeof params?.['pointer'] === 'string' ? params['pointer'] : '/conditions')

type Noting = { job: MessageJob; receivedAt: string | null; notMatched: [recipeId: string, pointer: string][] }

/** All recipes that the mail does not match are one row, however many they are. */
async function noteAll(trx: Trx, { tenantId, personId, connectionId }: Mailbox, { job, receivedAt, notMatched }: Noting): Promise<Ended> {
  const check = { tenantId, personId, connectionId, messageId: job.messageId, receivedAt, notMatched: Object.fromEntries(notMatched) }
  const id = await noteNotMatched(trx, check)
  return { outcome: 'not-matched', words: [{ tenantId, personId, kind: 'check', id }] }
}

/** Files and boards elsewhere take long, and what was begun before has rows already. */
const isForNow = ({ targets }: RunDeps, each: Decided) =>
  'plans' in each && !each.recipe.isBegun && each.plans.every(({ files }) => files.length === 0) && isTransactional(targets, each.plans)

/** Whether this mail has not come before under another id. Throws EarlierStands where that is not told yet. */
async function isFirst(trx: Trx, { facts, recipe }: Decided, { digest, apart }: Known): Promise<boolean> {
  if (digest === undefined) return true
  const standing = { ...facts, recipeId: recipe.id, digest }
  if (await standsForMail(trx, standing)) return true
  const earlier = await whichStands(trx, standing)
  const own = apart.get(earlier)
  if (own === undefined) throw new EarlierStands(earlier)
  return own !== 'same' && standsForMail(trx, { ...standing, digest: own })
}

/** Only their mailbox tells whether the two are one mail. Nothing is asked of it within a transaction. */
class EarlierStands extends Error {
  override name = 'EarlierStands'
  readonly messageId: string

  constructor(messageId: string) {
    super('An earlier message stands for this mail')
    this.messageId = messageId
  }
}

/** A run that writes nothing. */
export async function endWith(trx: Trx, facts: Facts, end: RunEnd): Promise<Ended> {
  const id = await insertRun(trx, facts, end)
  return { outcome: end.outcome, words: id === undefined ? [] : [runWord(facts, id)] }
}

async function leaveToJob(trx: Trx, { facts, plans }: { facts: Facts; plans: Plan[] }): Promise<Ended> {
  const end: RunEnd = { outcome: 'waiting', reason: { code: 'waiting-for-retry' }, actions: plans.map(waitingAction) }
  const id = await insertRun(trx, facts, end)
  if (id === undefined) return { outcome: 'waiting', words: [] }
  await makeRunsDue(trx, [id])
  return { outcome: 'waiting', words: [runWord(facts, id)] }
}

const runWord = ({ tenantId, personId }: Facts, id: string): Announcement => ({ tenantId, personId, kind: 'run', id })
