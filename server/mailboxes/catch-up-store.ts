// What a reconnection has caught up: mails that waited for it, and mails that the first listing after it has found.
import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { CatchUp } from '../../contract/connection.ts'
import type { ConnectionRow } from '../connections/connection-store.ts'
import { afterCursor, placedAt } from '../database/page.ts'
import type { Db, Schema } from '../database/schema.ts'

type Whose = Pick<ConnectionRow, 'id' | 'person_id'>

/** Before the connection is active again and its cursor may move. Whoever begins anew has nothing to catch up. */
export async function noteReturn(trx: Transaction<Schema>, { id, status }: ConnectionRow, catchUp: 'all' | 'none'): Promise<void> {
  if (status !== 'needs-reconnect') return
  const none = { away_since: null, back_at: null }
  const now = sql<Date>`now()`
  await trx
    .updateTable('mailboxes')
    .set({ caught_up_at: null, ...(catchUp === 'all' ? { away_since: sql.ref<Date>('cursor'), back_at: now } : none) })
    .where('connection_id', '=', id)
    .execute()
}

export async function catchUpOf(db: Db, connection: Whose): Promise<CatchUp | null> {
  const mailbox = db.selectFrom('mailboxes').select(['away_since', 'back_at', 'caught_up_at']).where('connection_id', '=', connection.id)
  const { away_since: awaySince = null, back_at: backAt = null, caught_up_at: caughtUpAt = null } = (await mailbox.executeTakeFirst()) ?? {}
  if (awaySince === null || backAt === null) return null
  const { rows } = await sql<Pick<CatchUp, 'seen' | 'treated' | 'runsDone' | 'runsUndone'>>`
    with caught as materialized (${messagesOf(connection)}), made as materialized (${runsOf(connection)})
    select (select count(*) from caught)::int as seen,
      (select count(*) from caught where state in ('treated', 'absent')
        and message_id not in (select message_id from made where outcome = 'waiting'))::int as treated,
      (select count(*) from made where outcome = 'done' and reason_code <> 'undone')::int as "runsDone",
      (select count(*) from made where reason_code = 'undone')::int as "runsUndone"`.execute(db)
  const [counts = { seen: 0, treated: 0, runsDone: 0, runsUndone: 0 }] = rows
  return { awaySince: awaySince.toISOString(), backAt: backAt.toISOString(), listed: caughtUpAt !== null, ...counts }
}

/** Runs of it that have made something, newest first: what builds on another is undone before it. */
export async function runsToUndo(
  db: Db,
  connection: Whose,
  asked: { cursor?: string | undefined; limit: number },
): Promise<{ id: string; placed_at: string }[]> {
  const { rows } = await sql<{ id: string; placed_at: string }>`
    with caught as materialized (${messagesOf(connection)}), made as (${runsOf(connection)})
    select id, ${placedAt('started_at')} as placed_at from made
    where outcome = 'done' and reason_code <> 'undone' and ${afterCursor(asked, 'started_at', 'id')}
    order by started_at desc, id desc limit ${asked.limit + 1}`.execute(db)
  return rows
}

/**
 * Seen while away, and treated since; or found when the Inbox was listed for the first time again. A mail may have come a
 * little before the last listing that went well, and not have been treated any more.
 */
const messagesOf = ({ id }: Whose): RawBuilder<unknown> => sql`
  select message_id, state from inbox_messages join mailboxes using (connection_id)
  where connection_id = ${id} and seen_at >= away_since - interval '10 minutes' and (
    seen_at <= back_at and (treated_at is null or treated_at >= back_at)
    or inbox_messages.source = 'catch-up' and seen_at > back_at and seen_at <= coalesce(caught_up_at, now()))`

/** What their owner did with one click is not the recipes' doing. */
const runsOf = ({ id, person_id }: Whose): RawBuilder<unknown> => sql`
  select runs.id, runs.message_id, runs.outcome, runs.reason_code, runs.started_at from runs
  where runs.person_id = ${person_id} and runs.message_id in (select message_id from caught) and runs.connection_id = ${id}
    and runs.event_kind = 'mail' and (
      runs.finished_at is null or runs.finished_at >= (select back_at from mailboxes where mailboxes.connection_id = ${id}))`
