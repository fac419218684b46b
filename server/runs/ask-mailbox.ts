// A mailbox read because its owner asks at that moment: Inbox only, in memory, and Graph's refusals told as problems.
import type { MessageField } from '../../recipes/fields.ts'
import type { Message } from '../../recipes/message.ts'
import { ConnectionLost } from '../connections/access-token.ts'
import { atSpareTurn } from '../connections/spare-turn.ts'
import type { Graph } from '../graph/graph-client.ts'
import { fetchMessage, findInboxId, latestMessageIds, locateMessage } from '../messages/fetch-message.ts'
import { asPerson } from '../people/unit-of-work.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { type Mailbox, readMailboxOf } from './mailbox-store.ts'
import type { RunDeps } from './run-deps.ts'

export type AskedMailbox = { mailbox: Mailbox; graph: Graph }

export async function askMailbox<Result>(
  deps: RunDeps,
  actor: Actor,
  kind: 'try' | 'one-click',
  work: (asked: AskedMailbox) => Promise<Result>,
): Promise<Result> {
  const mailbox = await asPerson(deps.db, actor, (trx) => readMailboxOf(trx, actor.personId))
  const graph = deps.openMailbox(mailbox.connectionId, { kind, recipeIds: [] })
  try {
    return await atSpareTurn(deps.db, mailbox.connectionId, () => work({ mailbox, graph }))
  } catch (error) {
    if (!(error instanceof ConnectionLost)) throw error
    throw new Problem('reconnect-required', 'Connect your mailbox again.', {}, error)
  }
}

/** `messageId` may be the ordinary id as well; the message carries the immutable one. */
export async function readOne({ graph, mailbox }: AskedMailbox, messageId: string, fields: ReadonlySet<MessageField>): Promise<Message> {
  // No id of a message has a dot or a control character in it; what has, is somebody's try at another address.
  if (!/^[^\s.?#%\\]+$/.test(messageId)) throw new Problem('message-not-found', 'This mail is not in your mailbox.')
  const found = await locateMessage(graph, messageId, mailbox.inboxId ?? (await findInboxId(graph)))
  if (found.place === 'gone') throw new Problem('message-not-found', 'This mail is not in your mailbox.')
  const message = found.place === 'inbox' ? await fetchMessage(graph, found.messageId, fields, factsOf(mailbox)) : undefined
  if (message === undefined) throw new Problem('not-in-inbox', 'Only mails in the Inbox are read.')
  return { ...message, id: found.messageId }
}

export async function readLatest({ graph, mailbox }: AskedMailbox, count: number, fields: ReadonlySet<MessageField>): Promise<Message[]> {
  const messages: Message[] = []
  for (const id of await latestMessageIds(graph, count)) {
    const message = await fetchMessage(graph, id, fields, factsOf(mailbox))
    if (message !== undefined) messages.push(message)
  }
  return messages
}

const factsOf = ({ addresses }: Mailbox) => ({ addresses, seenAt: new Date() })
