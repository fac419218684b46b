// Up to where a mailbox has been listed, and when it is listed again.
import { sql } from 'kysely'
import type { Db } from '../database/schema.ts'
import { dueIn, isActive } from './due-store.ts'

/**
 * A listing begins so long before the cursor: Graph's clock is not ours, and a mail may be seen in a listing a while after it
 * was received.
 */
export const listingOverlapMs = 10 * 60_000

export async function listAgainIn(db: Db, connectionId: string, seconds: number): Promise<void> {
  await db
    .updateTable('mailboxes')
    .set({ next_catchup_at: sql<Date>`now() + make_interval(secs => ${seconds})` })
    .where('connection_id', '=', connectionId)
    .where(isActive)
    .execute()
}

/**
 * Whatever the mailbox was listed for, it is not due again before the interval is over. The first listing after a reconnection
 * ends it.
 */
export async function moveCursor(db: Db, connectionId: string, { to, intervalMs }: { to: Date; intervalMs: number }): Promise<void> {
  await db
    .updateTable('mailboxes')
    .set({
      cursor: sql<Date>`greatest(cursor, ${to})`,
      next_catchup_at: sql<Date>`greatest(next_catchup_at, ${dueIn(intervalMs)})`,
      caught_up_at: sql<Date>`case when back_at <= ${to} then coalesce(caught_up_at, now()) end`,
    })
    .where('connection_id', '=', connectionId)
    .where(isActive)
    .execute()
}
