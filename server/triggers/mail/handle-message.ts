// The job of a mail that Graph announced or a listing found: which recipes still want it, where it lies, what it says, what
// each recipe decides. All that it comes to is committed at once.
import { fieldsNeeded, type MessageField } from '../../../recipes/fields.ts'
import { ConnectionLost } from '../../connections/access-token.ts'
import type { Room } from '../../content/room.ts'
import { Busy, TooHeavy } from '../../content/too-heavy.ts'
import type { Graph } from '../../graph/graph-client.ts'
import { noJson } from '../../graph/graph-error.ts'
import type { Again } from '../../jobs/attempt.ts'
import { gathered } from '../../database/gather.ts'
import { fetchMail, findInboxId, locateMessage } from '../../messages/fetch-message.ts'
import type { MailboxFacts } from '../../messages/message-from-graph.ts'
import { asItsOwn } from '../../messages/own-failure.ts'
import { asSystem } from '../../people/unit-of-work.ts'
import { isUpstreamCode } from '../../upstream/upstream-error.ts'
import { type AskedBodies, bodiesOf } from './asked-bodies.ts'
import { concludeAll } from './conclude-all.ts'
import { forgetMessage, type MessageJob, parkMessage } from '../../inbox/mark-store.ts'
import { rememberInbox } from '../../mailboxes/mailbox-store.ts'
import { type Work, workOn } from './message-work.ts'
import type { RunDeps } from '../../runs/run-deps.ts'
import { tellApart } from './tell-apart.ts'
import { treatMessage } from './treat-message.ts'

/** Graph may announce a mail a moment before it can be read. In seconds, with the usual base of two for retries. */
const pausesAfterMiss = [1, 5, 30, 120]
/** A mail that is heavy comes again when there is room for it, and lets others go first. */
const busySeconds = () => 2 + Math.random() * 2

/** Jobs that come at the same time ask together what there is to do. */
export function messageHandler(deps: RunDeps): (job: MessageJob) => Promise<Again<'message'> | void> {
  const soon = (job: MessageJob): Again<'message'> => ({ again: job, inSeconds: deps.retryBaseMs / 2000 })
  const lookUp = gathered((jobs: MessageJob[]) => asSystem(deps.db, (trx) => workOn(trx, jobs)))
  return async (job) => {
    const work = await lookUp(job)
    if (work === 'nothing') return
    if (work === 'not yet') return soon(job)
    try {
      return await deps.content.inRoom(work.mailbox, (room) => readAndTreat(deps, job, work, room))
    } catch (error) {
      if (error instanceof Busy || isUpstreamCode(error, 'busy'))
        return { again: job, inSeconds: (busySeconds() * deps.retryBaseMs) / 2000 }
      if (error instanceof TooHeavy || isUpstreamCode(error, 'too-large')) {
        const part = error instanceof TooHeavy ? error.part : 'read'
        return await concludeAll(deps, job, work, {
          outcome: 'needs-you',
          reason: { code: 'too-heavy', params: { part } },
          state: 'treated',
        })
      }
      if (!(error instanceof ConnectionLost)) throw await asItsOwn(openFor(deps, work), error)
      if (!(await asSystem(deps.db, (trx) => parkMessage(trx, job)))) return soon(job)
    }
  }
}

const openFor = ({ openMailbox }: RunDeps, { mailbox, recipes }: Work) =>
  openMailbox(mailbox.connectionId, { kind: 'recipes', recipeIds: recipes.map(({ id }) => id) })

async function readAndTreat(deps: RunDeps, job: MessageJob, work: Work, room: Room): Promise<Again<'message'> | void> {
  const { mailbox, seenAt } = work
  const graph = openFor(deps, work)
  const inboxId = mailbox.inboxId ?? (await findInboxId(graph))
  if (mailbox.inboxId === null) await asSystem(deps.db, (trx) => rememberInbox(trx, mailbox.connectionId, inboxId))
  const { place } = await locateMessage(graph, job.messageId, inboxId)
  if (place === 'gone') {
    const pause = pausesAfterMiss[job.misses ?? 0]
    if (pause !== undefined) return { again: { ...job, misses: (job.misses ?? 0) + 1 }, inSeconds: (pause * deps.retryBaseMs) / 2000 }
    return concludeAll(deps, job, work, { outcome: 'skipped', reason: { code: 'message-gone' }, state: 'absent' })
  }
  if (place !== 'inbox') return concludeAll(deps, job, work, elsewhere)
  const bodies = await bodiesOf(deps, work, room)
  // One of them was changed just now: what it says by now is asked for anew.
  if (bodies === undefined) return { again: job, inSeconds: deps.retryBaseMs / 2000 }
  await readAndJudge(deps, job, work, { graph, room, bodies, facts: { addresses: mailbox.addresses, timeZone: mailbox.timeZone, seenAt } })
}

const elsewhere = { outcome: 'skipped', reason: { code: 'not-in-inbox' }, state: 'absent' } as const

type Reading = { graph: Graph; room: Room; bodies: AskedBodies; facts: MailboxFacts }

async function readAndJudge(deps: RunDeps, job: MessageJob, work: Work, { graph, room, bodies, facts }: Reading): Promise<void> {
  const { personId } = work.mailbox
  const fields = await fieldsOf(deps, personId, bodies, room)
  const fetched = await fetchMail(graph, job.messageId, fields, room.mayBeLarge)
  if (fetched === undefined) return concludeAll(deps, job, work, elsewhere)
  const judged = await deps.content.judge(personId, { fetched, facts, asked: bodies.asked }, room)
  if (judged === undefined) throw noJson()
  if (judged === 'draft') return asSystem(deps.db, (trx) => forgetMessage(trx, job))
  await treatMessage(deps, { job, ...work }, judged, tellApart(deps, { personId, graph, room, facts }, job.messageId))
}

async function fieldsOf(
  { content }: RunDeps,
  personId: string,
  { parsed, texts }: AskedBodies,
  room: Room,
): Promise<ReadonlySet<MessageField>> {
  return texts.length === 0 ? fieldsNeeded(parsed) : content.fieldsOf(personId, texts, room)
}
