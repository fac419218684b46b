// A mailbox read because its owner asks at that moment: Inbox only, in memory, and Graph's refusals become problems.
import type { MessageField } from '../../recipes/fields.ts'
import { ConnectionLost } from '../connections/access-token.ts'
import { atSpareTurn } from '../connections/spare-turn.ts'
import type { Room } from '../content/room.ts'
import { Busy, TooHeavy } from '../content/too-heavy.ts'
import type { Database } from '../database/schema.ts'
import type { Graph, OpenMailbox } from '../graph/graph-client.ts'
import { noJson } from '../graph/graph-error.ts'
import { type FetchedMail, fetchMail, findInboxId, latestMessageIds, locateMessage } from '../messages/fetch-message.ts'
import { asPerson } from '../people/unit-of-work.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { isUpstreamCode } from '../upstream/upstream-error.ts'
import { type Mailbox, readMailboxOf } from './mailbox-store.ts'

type Deps = { db: Database; openMailbox: OpenMailbox }
export type AskedMailbox = { mailbox: Mailbox; graph: Graph }

export async function askMailbox<Result>(
  deps: Deps,
  actor: Actor,
  kind: 'try' | 'one-click' | 'subject',
  work: (asked: AskedMailbox) => Promise<Result>,
): Promise<Result> {
  const mailbox = await asPerson(deps.db, actor, (trx) => readMailboxOf(trx, actor.personId))
  const graph = deps.openMailbox(mailbox.connectionId, { kind, recipeIds: [] })
  try {
    return await atSpareTurn(deps.db, mailbox.connectionId, () => work({ mailbox, graph }))
  } catch (error) {
    throw problemFrom(error)
  }
}

function problemFrom(error: unknown): unknown {
  if (error instanceof ConnectionLost) return new Problem('reconnect-required', 'Reconnect your mailbox.', {}, error)
  if (error instanceof Busy || isUpstreamCode(error, 'busy'))
    return new Problem(
      'service-unavailable',
      'Other large emails are being processed. Try again in a moment.',
      { retryAfterSeconds: 3 },
      error,
    )
  if (error instanceof TooHeavy || isUpstreamCode(error, 'too-large'))
    return new Problem('too-heavy', 'This email and this recipe together take too much work.', {}, error)
  return error
}

type Wanted = { fields: ReadonlySet<MessageField>; room: Room }

/** `messageId` may be the ordinary id as well; the mail carries the immutable one. */
export async function readOne({ graph, mailbox }: AskedMailbox, messageId: string, { fields, room }: Wanted): Promise<FetchedMail> {
  // No id of a message has a dot or a control character in it; what has, is somebody's try at another address.
  if (!/^[^\s.?#%\\]+$/.test(messageId)) throw new Problem('message-not-found', 'This email is not in your mailbox.')
  const found = await locateMessage(graph, messageId, mailbox.inboxId ?? (await findInboxId(graph)))
  if (found.place === 'gone') throw new Problem('message-not-found', 'This email is not in your mailbox.')
  const fetched = found.place === 'inbox' ? await fetchMail(graph, found.messageId, fields, room.mayBeLarge) : undefined
  if (fetched === undefined) throw new Problem('not-in-inbox', 'This email is not in the Inbox. Mailboard reads Inbox emails only.')
  return fetched
}

/** Mail by mail, so that none is held while another is looked at. */
export async function* readLatest({ graph }: AskedMailbox, count: number, { fields, room }: Wanted): AsyncIterable<FetchedMail> {
  for (const id of await latestMessageIds(graph, count)) {
    const fetched = await fetchMail(graph, id, fields, room.mayBeLarge)
    if (fetched !== undefined) yield fetched
  }
}

/** What was asked for can only be done with a mail that was read, and that was sent. */
export function asMail<Read>(read: Read | 'draft' | undefined): Read {
  if (read === undefined) throw noJson()
  if (read === 'draft') throw new Problem('not-in-inbox', 'This is a draft: it has not been sent yet.')
  return read
}

export const factsOf = ({ addresses, timeZone }: Mailbox) => ({ addresses, timeZone, seenAt: new Date() })
