import { sql, type SqlBool } from 'kysely'
import type { z } from 'zod'
import type { boardChange, Board, newBoard } from '../../contract/board.ts'
import type { Page } from '../../contract/page.ts'
import { builtOnce } from '../database/built-once.ts'
import { onPage, type PageAsked, pageFrom } from '../database/page.ts'
import type { Db } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'
import { isUuid, jsonText } from '../database/text.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import { columnsFrom, groupsFrom } from './board-parts.ts'
import { type BoardActor, boardShown, mayChange, type StoredBoard, storedParts } from './board.ts'
import { leaveTrace } from './visit-store.ts'

export async function listBoards(db: Db, actor: Actor, asked: PageAsked): Promise<Page<Board>> {
  const rows = await visibleBoards(db, actor)
    .innerJoin(onPage(asked, { table: 'boards', at: 'created_at', key: ['id'], where: isVisibleTo(actor) }), 'on_page.id', 'boards.id')
    .select(['on_page.placed_at', 'on_page.has_more'])
    .orderBy('on_page.place')
    .execute()
  return pageFrom(rows, (row) => boardShown(boardFrom(row)))
}

/** Only what the actor may see: their own, and those shared with the tenant. */
export async function findBoard(db: Db, actor: Actor, id: string): Promise<StoredBoard | undefined> {
  if (!isUuid(id)) return undefined
  const [row] = (await db.executeQuery(findingBoard({ tenantId: actor.tenantId, personId: actor.personId, id }))).rows
  return row && boardFrom(row)
}

const findingBoard = builtOnce((db, { id, tenantId, personId }: Actor & { id: string }) =>
  visibleBoards(db, { tenantId, personId }).where('boards.id', '=', id),
)

/**
 * As found, and as it stays until the transaction ends: 'share' keeps its groups, columns and audience while something is written
 * on it, 'change' keeps it for one that changes or deletes it. Of all rows on boards it is held first
 * (docs/decisions/0028-rows-are-locked-in-one-order.md).
 */
export async function holdBoard(db: Db, actor: Actor, id: string, hold: 'share' | 'change' = 'share'): Promise<StoredBoard | undefined> {
  if (!isUuid(id)) return undefined
  const holding = hold === 'share' ? sharingBoard : takingBoard
  const [row] = (await db.executeQuery(holding({ tenantId: actor.tenantId, personId: actor.personId, id }))).rows
  return row && boardFrom(row)
}

/** The same, where what the board says is not needed yet: nobody waits for it. */
export async function shareBoardAhead(trx: Db, { tenantId, personId }: Actor, id: string): Promise<void> {
  if (isUuid(id)) await sendAhead(trx, sharingBoard({ tenantId, personId, id }))
}

const sharingBoard = builtOnce((db, { id, tenantId, personId }: Actor & { id: string }) =>
  visibleBoards(db, { tenantId, personId }).where('boards.id', '=', id).forShare('boards'),
)

const takingBoard = builtOnce((db, { id, tenantId, personId }: Actor & { id: string }) =>
  visibleBoards(db, { tenantId, personId }).where('boards.id', '=', id).forUpdate('boards'),
)

export async function readBoard(db: Db, actor: Actor, id: string): Promise<StoredBoard> {
  const board = await findBoard(db, actor, id)
  if (board === undefined) throw noBoard()
  return board
}

export const noBoard = () => new Problem('board-not-found', 'This board does not exist, or is not shared with you.')

export async function createBoard(db: Db, actor: Actor, input: z.output<typeof newBoard>): Promise<StoredBoard> {
  const { id } = await db
    .insertInto('boards')
    .values({
      tenant_id: actor.tenantId,
      person_id: actor.personId,
      name: input.name,
      visibility: input.visibility ?? 'private',
      groups: jsonText(groupsFrom(input.groups ?? [{ title: 'Items' }])),
      columns: jsonText(columnsFrom(input.columns ?? [])),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return readBoard(db, actor, id)
}

type Change = { id: string; change: z.output<typeof boardChange>; version: number | undefined }

export async function changeBoard(db: Db, actor: BoardActor, { id, change, version }: Change): Promise<StoredBoard> {
  const board = await boardToChange(db, actor, id)
  const groups = change.groups && groupsFrom(change.groups)
  if (groups) await refuseGroupsInUse(db, board, groups)
  const changed = await db
    .updateTable('boards')
    .set({
      name: change.name ?? board.name,
      visibility: change.visibility ?? board.visibility,
      groups: jsonText(groups ?? board.groups),
      columns: jsonText(change.columns ? columnsFrom(change.columns, board.columns) : board.columns),
      version: sql`version + 1`,
    })
    .where('id', '=', id)
    .where('version', '=', version ?? board.version)
    .executeTakeFirst()
  if (changed.numUpdatedRows === 0n) throw new Problem('version-conflict', 'The board has changed since you read it. Read it again.')
  await leaveTrace(db, { actor, board, what: whatOf(board, change) })
  return readBoardOfTenant(db, actor, id)
}

/** The worst of it. A change that changes nothing shows the board all the same. */
function whatOf({ visibility }: StoredBoard, change: Change['change']) {
  if (change.visibility === undefined || change.visibility === visibility) return 'changed'
  return change.visibility === 'tenant' ? 'shared' : 'made-private'
}

export async function deleteBoard(db: Db, actor: BoardActor, id: string, version: number | undefined): Promise<StoredBoard> {
  const board = await boardToChange(db, actor, id)
  const deleted = await db
    .deleteFrom('boards')
    .where('id', '=', id)
    .where('version', '=', version ?? board.version)
    .executeTakeFirst()
  if (deleted.numDeletedRows === 0n) throw new Problem('version-conflict', 'The board has changed since you read it. Read it again.')
  await leaveTrace(db, { actor, board, what: 'deleted' })
  return board
}

async function boardToChange(db: Db, actor: BoardActor, id: string): Promise<StoredBoard> {
  const board = actor.administers ? await readBoardOfTenant(db, actor, id, 'change') : await holdBoard(db, actor, id, 'change')
  if (board === undefined) throw noBoard()
  if (!mayChange(board, actor)) throw new Problem('forbidden', 'Only the owner and administrators can change a board.')
  return board
}

async function refuseGroupsInUse(db: Db, board: StoredBoard, groups: readonly { id: string }[]): Promise<void> {
  const gone = board.groups.filter((group) => !groups.some(({ id }) => id === group.id)).map(({ id }) => id)
  if (gone.length === 0) return
  const inUse = await db
    .selectFrom('items')
    .select('group_id')
    .where('board_id', '=', board.id)
    .where('group_id', 'in', gone)
    .executeTakeFirst()
  if (inUse === undefined) return
  throw new Problem('invalid-board', 'A group still has items. Move or delete its items first.', {
    errors: [{ pointer: '/groups', detail: `The group ${inUse.group_id} still has items.`, code: 'in-use' }],
  })
}

type BoardRow = Awaited<ReturnType<ReturnType<typeof visibleBoards>['executeTakeFirstOrThrow']>>

/** What an administrator changes need not be shared with them; its items they see only when it is. */
async function readBoardOfTenant(db: Db, actor: Actor, id: string, hold?: 'change'): Promise<StoredBoard> {
  const row = isUuid(id)
    ? await boardsOfTenant(db, actor)
        .where('boards.id', '=', id)
        .$if(hold === 'change', (query) => query.forUpdate('boards'))
        .executeTakeFirst()
    : undefined
  if (row === undefined) throw noBoard()
  return boardFrom(row)
}

const visibleBoards = (db: Db, actor: Actor) => boardsOfTenant(db, actor).where(isVisibleTo(actor))

const isVisibleTo = ({ tenantId, personId }: Actor) =>
  sql<SqlBool>`(boards.tenant_id = ${tenantId} and (boards.visibility = 'tenant' or boards.person_id = ${personId}))`

function boardsOfTenant(db: Db, { tenantId }: Actor) {
  return db
    .selectFrom('boards')
    .leftJoin('people', 'people.id', 'boards.person_id')
    .selectAll('boards')
    .select('people.display_name as owner_name')
    .where('boards.tenant_id', '=', tenantId)
}

const boardFrom = (row: BoardRow): StoredBoard => ({
  id: row.id,
  target: 'built-in',
  name: row.name,
  visibility: row.visibility,
  owner: row.person_id === null ? null : { id: row.person_id, displayName: row.owner_name ?? '' },
  ...storedParts.parse({ groups: row.groups, columns: row.columns }),
  version: row.version,
  tenantId: row.tenant_id,
  ownerId: row.person_id,
})
