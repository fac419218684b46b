// The access log as its owner reads it, newest first.
import { type Selectable, sql } from 'kysely'
import type { z } from 'zod'
import type { AccessLogEntry, AccessLogPage, accessLogQuery } from '../../contract/access-log.ts'
import { onPage, pageFrom } from '../database/page.ts'
import type { Db, Schema } from '../database/schema.ts'
import { isSameHead } from './chain.ts'

type Row = Selectable<Schema['access_log']> & { tail_seq: number }

export async function listAccess(db: Db, personId: string, asked: z.output<typeof accessLogQuery>): Promise<AccessLogPage> {
  const rows = await db
    .selectFrom('access_log')
    .innerJoin('access_chains', 'access_chains.id', 'access_log.chain_id')
    .selectAll('access_log')
    .select('access_chains.tail_seq')
    .innerJoin(onPage(asked, { table: 'access_log', at: 'at', key: ['chain_id', 'seq'], where: sql`person_id = ${personId}` }), (join) =>
      join.onRef('on_page.chain_id', '=', 'access_log.chain_id').onRef('on_page.seq', '=', 'access_log.seq'),
    )
    .select(['on_page.placed_at', 'on_page.has_more'])
    .orderBy('on_page.place')
    .execute()
  return { ...pageFrom(rows, entryFrom), known: asked.known === undefined ? null : await isKnown(db, personId, asked.known) }
}

function entryFrom(row: Row): AccessLogEntry {
  // The row of a listing that came last may be added to, and its link with it.
  const mayGrow = row.what === 'listing' && row.seq === row.tail_seq
  return {
    id: row.id,
    at: row.at.toISOString(),
    what: row.what,
    fields: row.fields,
    messageId: row.message_id,
    purpose: { kind: row.purpose, recipeIds: row.recipe_ids },
    outcome: row.status === null || row.finished_at === null ? null : { status: row.status, finishedAt: row.finished_at.toISOString() },
    count: row.count,
    until: row.until?.toISOString() ?? null,
    head: mayGrow ? null : `${row.chain_id}.${row.seq}.${row.head}`,
  }
}

const headShape = /^([0-9a-f-]{36})\.(\d{1,9})\.([0-9a-f]{64})$/

async function isKnown(db: Db, personId: string, known: string): Promise<boolean | null> {
  const [, chainId = '', seqText = '', head = ''] = headShape.exec(known) ?? []
  const seq = Number(seqText)
  const chain = await db
    .selectFrom('access_chains')
    .leftJoin('access_log', (join) => join.onRef('access_log.chain_id', '=', 'access_chains.id').on('access_log.seq', '=', seq))
    .select(['access_chains.kept_seq', 'access_chains.connection_id', 'access_log.head'])
    .where(sql<boolean>`access_chains.id::text = ${chainId}`)
    .where('access_chains.person_id', '=', personId)
    .executeTakeFirst()
  if (chain === undefined) return false
  if (seq <= chain.kept_seq) return null
  return chain.head !== null && isSameHead(chain.head, head)
}
