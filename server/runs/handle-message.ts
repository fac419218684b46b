// The job of a mail that Graph announced or a listing found: which recipes still want it, where it lies, what it says, what
// each recipe decides. All that it comes to is committed at once.
import { fieldsNeeded } from '../../recipes/fields.ts'
import { ConnectionLost } from '../connections/access-token.ts'
import type { Again } from '../jobs/attempt.ts'
import { gathered } from '../jobs/gather.ts'
import { fetchMessage, findInboxId, locateMessage } from '../messages/fetch-message.ts'
import { asItsOwn } from '../messages/own-failure.ts'
import { metrics } from '../metrics.ts'
import { asPerson, asSystem } from '../people/unit-of-work.ts'
import { markMessage, type MessageJob, parkMessage, rememberInbox } from './mailbox-store.ts'
import { type Work, workOn } from './message-work.ts'
import type { Ended } from './perform-at-once.ts'
import type { Reason } from './run.ts'
import type { RunDeps } from './run-deps.ts'
import { endWith, factsOf, isSince, treatMessage } from './treat-message.ts'

/** Graph may announce a mail a moment before it can be read. In seconds, with the usual base of two for retries. */
const pausesAfterMiss = [1, 5, 30, 120]

/** Jobs that come at the same time ask together what there is to do. */
export function messageHandler(deps: RunDeps): (job: MessageJob) => Promise<Again<'message'> | void> {
  const soon = (job: MessageJob): Again<'message'> => ({ again: job, inSeconds: deps.retryBaseMs / 2000 })
  const lookUp = gathered((jobs: MessageJob[]) => asSystem(deps.db, (trx) => workOn(trx, jobs)))
  return async (job) => {
    const work = await lookUp(job)
    if (work === 'nothing') return
    if (work === 'not yet') return soon(job)
    try {
      return await readAndTreat(deps, job, work)
    } catch (error) {
      if (!(error instanceof ConnectionLost)) throw await asItsOwn(openFor(deps, work), error)
      if (!(await asSystem(deps.db, (trx) => parkMessage(trx, job)))) return soon(job)
    }
  }
}

const openFor = ({ openMailbox }: RunDeps, { mailbox, recipes }: Work) =>
  openMailbox(mailbox.connectionId, { kind: 'recipes', recipeIds: recipes.map(({ id }) => id) })

async function readAndTreat(deps: RunDeps, job: MessageJob, work: Work): Promise<Again<'message'> | void> {
  const { mailbox, recipes, seenAt } = work
  const graph = openFor(deps, work)
  const inboxId = mailbox.inboxId ?? (await findInboxId(graph))
  if (mailbox.inboxId === null) await asSystem(deps.db, (trx) => rememberInbox(trx, mailbox.connectionId, inboxId))
  const { place } = await locateMessage(graph, job.messageId, inboxId)
  if (place === 'gone') {
    const pause = pausesAfterMiss[job.misses ?? 0]
    if (pause !== undefined) return { again: { ...job, misses: (job.misses ?? 0) + 1 }, inSeconds: (pause * deps.retryBaseMs) / 2000 }
    return concludeAll(deps, job, work, { reason: { code: 'message-gone' } })
  }
  const fields = fieldsNeeded(recipes.map(({ recipe }) => recipe))
  const facts = { addresses: mailbox.addresses, seenAt }
  const message = place === 'inbox' ? await fetchMessage(graph, job.messageId, fields, facts) : undefined
  if (message === undefined) return concludeAll(deps, job, work, { reason: { code: 'not-in-inbox' } })
  await treatMessage(deps, job, work, message)
}

type End = { reason: Reason }

async function concludeAll(deps: RunDeps, job: MessageJob, { mailbox, recipes, seenAt }: Work, { reason }: End): Promise<void> {
  const ended = await asPerson(deps.db, mailbox, async (trx) => {
    const all: Ended[] = []
    for (const recipe of recipes.filter((each) => isSince(each, seenAt)))
      all.push(await endWith(trx, factsOf(mailbox, recipe, job.messageId), { outcome: 'skipped', reason }))
    await markMessage(trx, job, 'absent')
    return all
  })
  const words = ended.flatMap((each) => each.words)
  metrics.runs.inc({ outcome: 'skipped' }, words.length)
  await deps.tell(words)
}
