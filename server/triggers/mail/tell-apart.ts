// Whether a message that has the same Message-ID, second, sender and subject as an earlier one is that mail. The earlier one
// that has left the Inbox is the one that came back; where both lie there, what they hold tells.
import type { Room } from '../../content/room.ts'
import { TooHeavy } from '../../content/too-heavy.ts'
import type { Graph } from '../../graph/graph-client.ts'
import { fieldsOfContents } from '../../messages/contents-of.ts'
import { fetchMail } from '../../messages/fetch-message.ts'
import type { MailboxFacts } from '../../messages/message-from-graph.ts'
import type { RunDeps } from '../../runs/run-deps.ts'

type Reading = { personId: string; graph: Graph; room: Room; facts: MailboxFacts }

/** Of an earlier message: `same`, or what this one holds that the earlier one does not. */
export type TellApart = (earlierId: string) => Promise<'same' | { contents: string }>

export function tellApart({ content }: Pick<RunDeps, 'content'>, { personId, graph, room, facts }: Reading, messageId: string): TellApart {
  const contentsOf = async (id: string): Promise<string | undefined> => {
    const fetched = await fetchMail(graph, id, fieldsOfContents, room.mayBeLarge)
    // What is too heavy to be compared is like no other.
    return fetched && (await content.contents(personId, { fetched, facts }, room).catch(ownId(id)))
  }
  return async (earlierId) => {
    const earlier = await contentsOf(earlierId)
    if (earlier === undefined) return 'same'
    const contents = await contentsOf(messageId)
    return contents === undefined || contents === earlier ? 'same' : { contents }
  }
}

const ownId = (id: string) => (error: unknown) => {
  if (error instanceof TooHeavy) return id
  throw error
}
