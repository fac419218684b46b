// Ends the chains of a connection while Vault still has their key. Only now can the server check that a chain continues from its
// anchor. If it does, it is sealed, and the seal replaces the anchor.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { continues } from './anchor-store.ts'
import type { Kept } from './anchors.ts'
import { firstHead, keyIdOf } from './chain.ts'
import { purgedBefore } from './purge-store.ts'
import { sealed } from './seal.ts'
import { type ChainRow, judgeState } from './state.ts'

type ChainsToEnd = { connectionId: string; kept: Kept | undefined; sealKey: Buffer; retentionDays: number }

/** Returns how many are not whole: they get no seal, and their check finds them. */
export async function endChains(trx: Transaction<Schema>, { connectionId, kept, sealKey, retentionDays }: ChainsToEnd): Promise<number> {
  const { rows: chains } = await sql<ChainRow>`
    select * from access_chains where connection_id = ${connectionId} and not ended and sealed is null order by id for update`.execute(trx)
  let broken = 0
  for (const chain of chains) {
    const ending = { ...chain, ended_at: new Date() }
    if (kept !== undefined && !(await isWhole(trx, chain, kept, purgedBefore(retentionDays)))) broken += 1
    else
      await trx
        .updateTable('access_chains')
        .set({ sealed: sealed(sealKey, ending, kept?.key), ended_at: ending.ended_at })
        .where('id', '=', chain.id)
        .execute()
  }
  const missing = [...(kept?.anchors.keys() ?? [])].filter((id) => !chains.some((chain) => chain.id === id))
  return broken + (await lackingOf(trx, missing))
}

/** Checks from its anchor, or from its first row. */
async function isWhole(trx: Transaction<Schema>, chain: ChainRow, { key, anchors }: Kept, purged: Date): Promise<boolean> {
  if (chain.key_id !== keyIdOf(key) || judgeState(key, chain) === 'changed') return false
  const start = chain.kept_seq === 0 ? firstHead(key, chain.id) : chain.kept_head
  const from = anchors.get(chain.id) ?? { seq: chain.kept_seq, head: start }
  const to = { seq: chain.seq, head: chain.head }
  return continues(trx, { key, chainId: chain.id, from, to, purgedBefore: purged })
}

/** Counts chains with an anchor that are not in the database, except those sealed before. */
async function lackingOf(trx: Transaction<Schema>, chainIds: string[]): Promise<number> {
  if (chainIds.length === 0) return 0
  const known = await trx.selectFrom('access_chains').select('id').where('id', 'in', chainIds).where('sealed', 'is not', null).execute()
  return chainIds.length - known.length
}
