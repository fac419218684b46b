// Graph's subscriptions resource: the Inbox of the token's user, told to us.
import { z } from 'zod'
import { type Graph } from '../graph/graph-client.ts'
import { isRefusal } from '../graph/graph-error.ts'

export type GraphSubscription = { id: string; expiresAt: Date }

const resource = `me/mailFolders('inbox')/messages`
/** The longest life that Graph grants to mail, less what clocks may differ by. Older texts say less: what it gave is read back. */
const lifeMs = (10_080 - 10) * 60_000

export async function createAtGraph(
  graph: Graph,
  given: { publicUrl: string; clientState: string; now: Date },
): Promise<GraphSubscription> {
  const body = {
    changeType: 'created',
    notificationUrl: notificationUrl(given.publicUrl),
    lifecycleNotificationUrl: `${given.publicUrl}/graph/lifecycle`,
    resource,
    expirationDateTime: expiryFrom(given.now),
    clientState: given.clientState,
  }
  return subscriptionFrom(await graph.post('/subscriptions', body))
}

/** Renewing binds the subscription to the present token too. undefined: Graph no longer has it. */
export async function renewAtGraph(graph: Graph, graphId: string, now: Date): Promise<GraphSubscription | undefined> {
  try {
    return subscriptionFrom(await graph.patch(pathOf(graphId), { expirationDateTime: expiryFrom(now) }))
  } catch (error) {
    if (isRefusal(error, 404, 410)) return undefined
    throw error
  }
}

/** False: there was nothing to delete. */
export async function deleteAtGraph(graph: Graph, graphId: string): Promise<boolean> {
  try {
    await graph.delete(pathOf(graphId))
    return true
  } catch (error) {
    if (isRefusal(error, 404, 410)) return false
    throw error
  }
}

/** Graph says so for a while of a mailbox that it comes to know a moment later (see mailboxes/refusal-store.ts). */
export const isPassing = (error: unknown): error is { status: number } => isRefusal(error, 403, 404)

/** Those of this application and user that call us: what a process that died has left behind among them. */
export async function listAtGraph(graph: Graph, publicUrl: string): Promise<string[]> {
  const ids: string[] = []
  const first = '/subscriptions'
  let path: string | undefined = first
  for (let pages = 0; path !== undefined && pages < mostPages; pages += 1) {
    const page: z.infer<typeof listing> = listing.parse(await graph.get(path))
    ids.push(...page.value.filter((one) => one.notificationUrl === notificationUrl(publicUrl)).map(({ id }) => id))
    path = graph.next(first, page['@odata.nextLink'])
  }
  return ids
}

const mostPages = 20
const notificationUrl = (publicUrl: string) => `${publicUrl}/graph/notifications`
const pathOf = (graphId: string) => `/subscriptions/${encodeURIComponent(graphId)}`
const expiryFrom = (now: Date) => new Date(now.getTime() + lifeMs).toISOString()

const answer = z.object({ id: z.string().min(1).max(200), expirationDateTime: z.iso.datetime({ offset: true }) })
const listing = z.object({
  value: z.array(z.object({ id: z.string(), notificationUrl: z.string().nullish() })),
  '@odata.nextLink': z.string().optional(),
})

function subscriptionFrom(body: unknown): GraphSubscription {
  const { id, expirationDateTime } = answer.parse(body)
  return { id, expiresAt: new Date(expirationDateTime) }
}
