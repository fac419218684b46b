// What is known of boards elsewhere, each as one person sees it: its groups and columns as they were read last, and what the person has
// allowed there. It is refreshed when something says that it is out of date.
import { sql } from 'kysely'
import type { z } from 'zod'
import type { BoardColumn } from '../../contract/board.ts'
import type { Db } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import type { Actor } from '../people/unit-of-work.ts'
import type { TargetKind } from './board-target.ts'
import { storedParts } from './board.ts'

type BoardRead = {
  boardId: string
  name: string
  groups: readonly { id: string; title: string }[]
  columns: readonly BoardColumn[]
  /** The column that holds what our items are found by. */
  marker: string | null
}

export type Allowed = {
  /** A column for the marker may be added. */
  mayAddMarker: boolean
  /** Labels that a status or dropdown column does not have yet are added to it. */
  makesLabels: boolean
}

export type KnownBoard = BoardRead & Allowed & { readMsAgo: number }

type Place = { target: TargetKind; boardId: string }

export async function findKnownBoard(db: Db, { personId }: Actor, { target, boardId }: Place): Promise<KnownBoard | undefined> {
  const row = await db
    .selectFrom('known_boards')
    .selectAll()
    .select(sql<number>`(extract(epoch from now() - read_at) * 1000)::float8`.as('read_ms_ago'))
    .where('person_id', '=', personId)
    .where('target', '=', target)
    .where('board_id', '=', boardId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const { groups, columns } = parts.parse(row)
  const { name, marker, may_add_marker: mayAddMarker, makes_labels: makesLabels, read_ms_ago: readMsAgo } = row
  return { boardId, name, groups, columns, marker, mayAddMarker, makesLabels, readMsAgo }
}

const parts = storedParts.pick({ groups: true, columns: true }) satisfies z.ZodType

/** What was allowed there stays. */
export async function keepKnownBoard(db: Db, { tenantId, personId }: Actor, target: TargetKind, board: BoardRead): Promise<void> {
  const { boardId, name, groups, columns, marker } = board
  await sql`
    insert into known_boards (person_id, target, board_id, tenant_id, name, groups, columns, marker)
    values (${personId}, ${target}, ${boardId}, ${tenantId}, ${name}, ${jsonText(groups)}, ${jsonText(columns)}, ${marker})
    on conflict (person_id, target, board_id) do update set
      name = excluded.name, groups = excluded.groups, columns = excluded.columns, marker = excluded.marker, read_at = now()`.execute(db)
}

export async function allowOnKnownBoard(db: Db, { personId }: Actor, { target, boardId }: Place, allowed: Partial<Allowed>): Promise<void> {
  const { mayAddMarker, makesLabels } = allowed
  await sql`
    update known_boards set
      may_add_marker = coalesce(${mayAddMarker ?? null}::boolean, may_add_marker), makes_labels = coalesce(${makesLabels ?? null}::boolean, makes_labels)
    where person_id = ${personId} and target = ${target} and board_id = ${boardId}`.execute(db)
}

/** It is there no more, for this person. */
export async function forgetKnownBoard(db: Db, { personId }: Actor, { target, boardId }: Place): Promise<void> {
  await db
    .deleteFrom('known_boards')
    .where('person_id', '=', personId)
    .where('target', '=', target)
    .where('board_id', '=', boardId)
    .execute()
}

export async function forgetKnownBoards(db: Db, { personId }: Actor, target: TargetKind): Promise<void> {
  await db.deleteFrom('known_boards').where('person_id', '=', personId).where('target', '=', target).execute()
}
