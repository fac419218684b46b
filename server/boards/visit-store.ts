// The trace that an administrator leaves on a board of somebody else: its owner reads it, also of a board that is no more.
import { sql, type Transaction } from 'kysely'
import type { z } from 'zod'
import type { BoardVisit, boardVisitQuery } from '../../contract/board.ts'
import type { Page } from '../../contract/page.ts'
import { afterCursor, limitOf, pageOf, placedAt } from '../database/page.ts'
import type { Db, Schema } from '../database/schema.ts'
import { isUuid } from '../database/text.ts'
import { type Actor, takeOn } from '../people/unit-of-work.ts'
import type { BoardActor, StoredBoard } from './board.ts'

type Visited = { actor: BoardActor; /** As it was. */ board: StoredBoard; what: BoardVisit['what'] }

/** In the transaction of what was done: neither is there without the other. Nothing is written of owners on their own boards. */
export async function leaveTrace(trx: Db, { actor, board, what }: Visited): Promise<void> {
  if (board.ownerId === null || board.ownerId === actor.personId) return
  const { tenantId, personId, administers } = actor
  // As the system: who leaves a trace may neither read nor remove it.
  await takeOn(trx, { role: 'mailboard_system', tenantId: '', personId: '', administers: '' })
  await trx
    .insertInto('board_visits')
    .values({ tenant_id: tenantId, person_id: board.ownerId, board_id: board.id, board_name: board.name, visitor_id: personId, what })
    .execute()
  await takeOn(trx, { role: 'mailboard_app', tenantId, personId, administers: administers ? 'yes' : '' })
}

export async function listVisits(db: Db, { personId }: Actor, asked: z.output<typeof boardVisitQuery>): Promise<Page<BoardVisit>> {
  const { board } = asked
  if (board !== undefined && !isUuid(board)) return { items: [], next: null }
  const rows = await db
    .selectFrom('board_visits')
    .leftJoin('people', 'people.id', 'board_visits.visitor_id')
    .selectAll('board_visits')
    .select(['people.display_name', placedAt('board_visits.at').as('placed_at')])
    .where('board_visits.person_id', '=', personId)
    .$if(board !== undefined, (query) => query.where('board_id', '=', board ?? ''))
    .where(afterCursor(asked, 'board_visits.at', 'board_visits.id'))
    .orderBy('board_visits.at', 'desc')
    .orderBy('board_visits.id', 'desc')
    .limit(limitOf(asked) + 1)
    .execute()
  return pageOf(rows, asked, (row) => ({
    id: row.id,
    boardId: row.board_id,
    boardName: row.board_name,
    visitor: row.visitor_id === null ? null : { id: row.visitor_id, displayName: row.display_name ?? '' },
    what: row.what,
    at: row.at.toISOString(),
  }))
}

/** They are kept as long as runs. */
export const purgeVisits = (trx: Transaction<Schema>, retentionDays: number) =>
  sql`delete from board_visits where at < now() - make_interval(days => ${retentionDays}::int)`.execute(trx)
