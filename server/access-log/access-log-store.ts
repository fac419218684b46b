// The access log as its owner reads it, newest first.
import { type Selectable, sql } from 'kysely'
import type { z } from 'zod'
import type { AccessLogEntry, AccessLogPage, accessLogQuery } from '../../contract/access-log.ts'
import { onPage, pageFrom } from '../database/page.ts'
import type { Db, Schema } from '../database/schema.ts'
import { isSameHead } from './chain.ts'
import { openSeal } from './seal.ts'
import { type ChainRow, clockToleranceMs } from './state.ts'

type Row = Selectable<Schema['access_log']>
type Chains = ReadonlyMap<string, ChainRow & { is_live: boolean }>

export async function listAccess(
  db: Db,
  personId: string,
  asked: z.output<typeof accessLogQuery>,
  sealKey?: Buffer,
): Promise<AccessLogPage> {
  const rows = await db
    .selectFrom('access_log')
    .innerJoin('access_chains', 'access_chains.id', 'access_log.chain_id')
    .selectAll('access_log')
    .innerJoin(onPage(asked, { table: 'access_log', at: 'at', key: ['chain_id', 'seq'], where: sql`person_id = ${personId}` }), (join) =>
      join.onRef('on_page.chain_id', '=', 'access_log.chain_id').onRef('on_page.seq', '=', 'access_log.seq'),
    )
    .select(['on_page.placed_at', 'on_page.has_more'])
    .orderBy('on_page.place')
    .execute()
  const chains = await chainsOf(
    db,
    rows.map(({ chain_id }) => chain_id),
  )
  return {
    ...pageFrom(rows, (row) => entryFrom(row, chains, sealKey)),
    known: asked.known === undefined ? null : await isKnown(db, personId, asked.known),
  }
}

/** A live chain continues under the connection's key in Vault. */
async function chainsOf(db: Db, ids: string[]): Promise<Chains> {
  if (ids.length === 0) return new Map()
  const chains = await db
    .selectFrom('access_chains')
    .leftJoin('connections', 'connections.id', 'access_chains.connection_id')
    .selectAll('access_chains')
    .select(sql<boolean>`connections.id is not null and not access_chains.ended`.as('is_live'))
    .where('access_chains.id', 'in', [...new Set(ids)])
    .execute()
  return new Map(chains.map((chain) => [chain.id, chain]))
}

/** Whether a proof of the entry still exists. Only `access-log:verify`, which has the keys, can check it. */
function isVerifiable({ at, seq, chain_id }: Row, chains: Chains, sealKey: Buffer | undefined): boolean {
  const chain = chains.get(chain_id)
  if (chain === undefined || seq > chain.seq || seq <= chain.kept_seq) return false
  if (at.getTime() > Date.now() + clockToleranceMs) return false
  return chain.is_live || (sealKey !== undefined && openSeal(sealKey, chain)?.kind === 'key')
}

function entryFrom(row: Row, chains: Chains, sealKey: Buffer | undefined): AccessLogEntry {
  // The row of the last listing may still be extended, and its link changes with it.
  const mayGrow = row.what === 'listing' && row.seq === chains.get(row.chain_id)?.tail_seq
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
    verifiable: isVerifiable(row, chains, sealKey),
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
