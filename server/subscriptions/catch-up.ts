// Lists the ids of what has come into the Inbox since the cursor, and nothing else of it, so that what no notification
// told is treated too. The cursor moves when all of it is kept, to the moment before the listing began.
import { sql } from 'kysely'
import { z } from 'zod'
import { ConnectionLost } from '../connections/access-token.ts'
import { atSpareTurn } from '../connections/spare-turn.ts'
import type { Db } from '../database/schema.ts'
import { afterFailure } from '../jobs/retry.ts'
import { asSystem } from '../people/unit-of-work.ts'
import { keepMessages } from '../inbox/keep-messages.ts'
import { listAgainIn, listingOverlapMs, moveCursor } from '../mailboxes/cursor-store.ts'
import { askForSubscription } from '../mailboxes/due-mailboxes.ts'
import { findMailbox, type Mailbox } from '../mailboxes/mailbox-store.ts'
import { isToSubscribe } from '../mailboxes/refusal-store.ts'
import { hasMailRecipe } from '../recipe-book/mail-recipe.ts'
import type { SubscriptionDeps } from './subscription-deps.ts'
import { findLiveSubscription, isBeingMade } from './subscription-store.ts'

const pageSize = 200
const mostPages = 5_000

export async function catchUp(deps: SubscriptionDeps, connectionId: string): Promise<void> {
  const mailbox = await findMailbox(deps.db, connectionId)
  if (mailbox?.status !== 'active') return
  const begun = await databaseNow(deps.db)
  try {
    // With nobody to treat them for, ids are not even listed.
    if (await hasMailRecipe(deps.db, mailbox.personId)) await atSpareTurn(deps.db, connectionId, () => listSince(deps, mailbox))
  } catch (error) {
    if (error instanceof ConnectionLost) return
    const verdict = afterFailure(error, 1, deps.retryBaseMs)
    if (!('parkSeconds' in verdict)) throw error
    // Listed again when it is due, not as one more job that waits: in a long outage they would pile up.
    return listAgainIn(deps.db, connectionId, verdict.parkSeconds)
  }
  await asSystem(deps.db, async (trx) => {
    await moveCursor(trx, connectionId, { to: begun, intervalMs: deps.catchupIntervalMs })
    const isWatched = (await findLiveSubscription(trx, connectionId)) !== undefined || (await isBeingMade(trx, connectionId))
    // After a refusal Graph is asked again at the time that was set then.
    if (!isWatched && !(await isToSubscribe(trx, connectionId))) await askForSubscription(trx, [connectionId])
  })
}

async function listSince(deps: SubscriptionDeps, { connectionId, tenantId, cursor }: Mailbox): Promise<void> {
  const graph = deps.openMailbox(connectionId, { kind: 'catch-up', recipeIds: [] })
  const first = firstPage(cursor)
  let path: string | undefined = first
  for (let pages = 0; path !== undefined; pages += 1) {
    if (pages >= mostPages) throw new Error('A listing of the Inbox does not end')
    const page: z.infer<typeof listing> = listing.parse(await graph.get(path))
    const seen = page.value.map(({ id }) => ({ connectionId, tenantId, messageId: id }))
    await asSystem(deps.db, (trx) => keepMessages(trx, seen, 'catch-up'))
    path = graph.next(first, page['@odata.nextLink'])
  }
}

export function firstPage(cursor: Date): string {
  const since = new Date(cursor.getTime() - listingOverlapMs).toISOString().replace(/\.\d+Z$/, 'Z')
  const query = `$select=id&$filter=${encodeURIComponent(`receivedDateTime ge ${since}`)}&$orderby=receivedDateTime&$top=${pageSize}`
  return `/me/mailFolders/inbox/messages?${query}`
}

const listing = z.object({ value: z.array(z.object({ id: z.string().min(1).max(1000) })), '@odata.nextLink': z.string().optional() })

async function databaseNow(db: Db): Promise<Date> {
  const { rows } = await sql<{ now: Date }>`select now()`.execute(db)
  const [row] = rows
  if (row === undefined) throw new Error('The database does not tell the time')
  return row.now
}
