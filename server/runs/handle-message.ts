// The job of a mail that Graph announced or a listing found: which recipes still want it, where it lies, what it says,
// what each recipe decides. All of it is committed at once; what a recipe does is a job of its own.
import { decide, type Decision } from '../../recipes/decide.ts'
import { fieldsNeeded } from '../../recipes/fields.ts'
import type { Message } from '../../recipes/message.ts'
import { planActions } from '../../recipes/plan.ts'
import { ConnectionLost } from '../connections/access-token.ts'
import type { Db } from '../database/schema.ts'
import type { Again } from '../jobs/attempt.ts'
import type { JobData } from '../jobs/job-data.ts'
import { fetchMessage, findInboxId, locateMessage } from '../messages/fetch-message.ts'
import { asItsOwn } from '../messages/own-failure.ts'
import { metrics } from '../metrics.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import { type EnabledRecipe, enabledRecipesOf } from '../recipe-book/recipe-store.ts'
import { causeOf } from './cause-of.ts'
import { findMailbox, type Mailbox, markMessage, rememberInbox, whenSeen } from './mailbox-store.ts'
import { mailOf } from './mail-of.ts'
import { planWithFiles } from './plan.ts'
import { insertRun, recipesWithRun } from './run-store.ts'
import type { Reason } from './run.ts'
import type { RunDeps } from './run-deps.ts'

type MessageJob = JobData<'message'>

/** Graph may announce a mail a moment before it can be read. In seconds, with the usual base of two for retries. */
const pausesAfterMiss = [1, 5, 30, 120]

export async function handleMessage(deps: RunDeps, job: MessageJob): Promise<Again<'message'> | void> {
  const work = await asSystem(deps.db, (trx) => workOn(trx, job))
  if (work === 'nothing') return
  if (work === 'not yet') return { again: job, inSeconds: deps.retryBaseMs / 2000 }
  try {
    return await treat(deps, job, work)
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw await asItsOwn(openFor(deps, work), error)
    await asSystem(deps.db, (trx) => markMessage(trx, job.connectionId, job.messageId, 'parked'))
  }
}

/** A mail that fails every time is shown to its owner, once for each recipe that wanted it. */
export async function giveUpOnMessage(deps: RunDeps, job: MessageJob, error: unknown): Promise<void> {
  const work = await asSystem(deps.db, (trx) => workOn(trx, job))
  if (typeof work === 'string') return
  await concludeAll(deps, job, work, {
    outcome: 'needs-you',
    reason: { code: 'fails-every-time', params: causeOf(error) },
    state: 'treated',
  })
}

type Candidate = EnabledRecipe & { /** It has taken up this mail already. */ isBegun: boolean }
type Work = { mailbox: Mailbox; recipes: Candidate[]; seenAt: Date }

const openFor = ({ openMailbox }: RunDeps, { mailbox, recipes }: Work) =>
  openMailbox(mailbox.connectionId, { kind: 'recipes', recipeIds: recipes.map(({ id }) => id) })

async function workOn(trx: Db, { connectionId, messageId }: MessageJob): Promise<Work | 'nothing' | 'not yet'> {
  const mailbox = await findMailbox(trx, connectionId)
  if (mailbox === undefined || mailbox.status === 'disconnecting') return 'nothing'
  if (mailbox.status === 'connecting') return 'not yet'
  if (mailbox.status === 'needs-reconnect') {
    await markMessage(trx, connectionId, messageId, 'parked')
    return 'nothing'
  }
  const enabled = await enabledRecipesOf(trx, mailbox.personId)
  const withRun = await recipesWithRun(
    trx,
    messageId,
    enabled.map(({ id }) => id),
  )
  const recipes = enabled
    .filter(({ id }) => withRun.get(id) !== 'settled')
    .map((recipe) => ({ ...recipe, isBegun: withRun.has(recipe.id) }))
  if (recipes.length > 0) return { mailbox, recipes, seenAt: (await whenSeen(trx, connectionId, messageId)) ?? new Date() }
  await markMessage(trx, connectionId, messageId, 'treated')
  return 'nothing'
}

async function treat(deps: RunDeps, job: MessageJob, work: Work): Promise<Again<'message'> | void> {
  const { mailbox, recipes, seenAt } = work
  const graph = openFor(deps, work)
  const inboxId = mailbox.inboxId ?? (await findInboxId(graph))
  if (mailbox.inboxId === null) await asSystem(deps.db, (trx) => rememberInbox(trx, mailbox.connectionId, inboxId))
  const { place } = await locateMessage(graph, job.messageId, inboxId)
  if (place === 'gone') {
    const pause = pausesAfterMiss[job.misses ?? 0]
    if (pause !== undefined) return { again: { ...job, misses: (job.misses ?? 0) + 1 }, inSeconds: (pause * deps.retryBaseMs) / 2000 }
    return concludeAll(deps, job, work, { outcome: 'skipped', reason: { code: 'message-gone' }, state: 'absent' })
  }
  const fields = fieldsNeeded(recipes.map(({ recipe }) => recipe))
  const facts = { addresses: mailbox.addresses, seenAt }
  const message = place === 'inbox' ? await fetchMessage(graph, job.messageId, fields, facts) : undefined
  if (message === undefined) return concludeAll(deps, job, work, { outcome: 'skipped', reason: { code: 'not-in-inbox' }, state: 'absent' })
  await asPerson(deps.db, mailbox, async (trx) => {
    for (const recipe of recipes)
      if (isSince(recipe, new Date(message.receivedAt))) await decideFor(trx, deps, { mailbox, recipe, message })
    await markMessage(trx, job.connectionId, job.messageId, 'treated')
  })
}

type Deciding = { mailbox: Mailbox; recipe: EnabledRecipe; message: Message }

async function decideFor(
  trx: Parameters<RunDeps['queue']['insert']>[0],
  deps: RunDeps,
  { mailbox, recipe, message }: Deciding,
): Promise<void> {
  const facts = { ...factsOf(mailbox, recipe), messageId: message.id, mail: mailOf(message) }
  const { matches, conditions } = decide(recipe.recipe, message)
  if (!matches) {
    await insertRun(trx, facts, { outcome: 'skipped', reason: notMet(conditions) })
    metrics.runs.inc({ outcome: 'skipped' })
    return
  }
  const plans = planActions(recipe.recipe, message).map((action) => planWithFiles(action, message))
  const runId = await insertRun(trx, facts, { outcome: 'waiting', reason: { code: 'waiting-for-retry' }, plans })
  if (runId === undefined) return
  const group = plans.some(({ files }) => files.length > 0) ? { group: mailbox.connectionId } : {}
  await deps.queue.insert(trx, 'run', [{ data: { runId }, key: runId, ...group }])
}

const factsOf = (mailbox: Mailbox, { id, version }: EnabledRecipe) => ({ ...mailbox, recipe: { id, key: id, version } })

/** Graph gives whole seconds: a mail of the second in which the recipe was switched on counts. One that was taken up before does too. */
function isSince({ enabledAt, isBegun }: Candidate, at: Date): boolean {
  return isBegun || at.getTime() >= Math.floor(enabledAt.getTime() / 1000) * 1000
}

type End = { outcome: 'skipped' | 'needs-you'; reason: Reason; state: 'treated' | 'absent' }

async function concludeAll(
  deps: RunDeps,
  { connectionId, messageId }: MessageJob,
  work: Work,
  { outcome, reason, state }: End,
): Promise<void> {
  await asPerson(deps.db, work.mailbox, async (trx) => {
    for (const recipe of work.recipes.filter((each) => isSince(each, work.seenAt)))
      await insertRun(trx, { ...factsOf(work.mailbox, recipe), messageId }, { outcome, reason })
    await markMessage(trx, connectionId, messageId, state)
  })
  metrics.runs.inc({ outcome }, work.recipes.length)
}

/** Names the first condition that decided; of a body the value that is shown is never more than the recipe's own. */
function notMet(conditions: Decision[]): Reason {
  const flat = conditions.flatMap(leaves)
  const deciding = flat.find(({ holds }) => !holds) ?? flat[0]
  if (deciding === undefined) return { code: 'conditions-not-met' }
  const { pointer, field, operator, decidedBy } = deciding
  return { code: 'conditions-not-met', params: { pointer, field, operator, decidedBy } }
}

const leaves = (decision: Decision): Exclude<Decision, { children: Decision[] }>[] =>
  'children' in decision ? decision.children.flatMap(leaves) : [decision]
