// Entries are kept as long as runs. In each chain, the newest of the older entries stays too: a shortened chain must begin with
// an entry of that age, which is how a check tells a purge from a theft.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'

/** Older entries may have been deleted. */
export const purgedBefore = (retentionDays: number): Date => new Date(Date.now() - retentionDays * 86_400_000)

/** Returns the number of deleted entries. */
export async function purgeAccessLog(trx: Transaction<Schema>, retentionDays: number): Promise<number> {
  const old = sql`at < now() - make_interval(days => ${retentionDays}::int)`
  // Cuts only where no call was in progress: otherwise its end would be on the other side.
  const { rows } = await sql<{ chain_id: string; seq: number }>`
    with ages as (
      select chain_id, seq, coalesce(max(end_seq) over (partition by chain_id order by seq rows between unbounded preceding and 1 preceding), 0) as ended
      from access_log where ${old}
    ), firsts as (select chain_id, max(seq) as seq from ages where ended < seq group by chain_id),
    kept as (
      select firsts.chain_id, firsts.seq, coalesce(began.head, done.end_head) as head
      from firsts
      left join access_log began on began.chain_id = firsts.chain_id and began.seq = firsts.seq - 1
      left join access_log done on done.chain_id = firsts.chain_id and done.end_seq = firsts.seq - 1
    )
    update access_chains set kept_seq = kept.seq - 1, kept_head = kept.head
    from kept where access_chains.id = kept.chain_id and kept.head is not null and kept.seq - 1 > access_chains.kept_seq
    returning access_chains.id as chain_id, kept.seq`.execute(trx)
  const purged = await sql`
    delete from access_log using jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as kept (chain_id uuid, seq int)
    where access_log.chain_id = kept.chain_id and access_log.seq < kept.seq`.execute(trx)
  const isOver = sql`(access_chains.ended or not exists (select from connections where connections.id = access_chains.connection_id))`
  // A sealed chain is still checked from an old entry on, like any other. It is deleted as a whole, when all of it is old.
  const sealed = await sql<{ count: number }>`
    with gone as (
      select id from access_chains
      where sealed is not null and ${isOver} and not exists (select from access_log where chain_id = access_chains.id and not (${old}))
        and last_at < now() - make_interval(days => ${retentionDays}::int)
    ), counted as (select count(*)::int as count from access_log where chain_id in (select id from gone)),
    deleted as (delete from access_chains where id in (select id from gone))
    select count from counted`.execute(trx)
  // A chain without a seal or a key cannot be checked, so nothing must be kept for that.
  const ended = await sql<{ count: number }>`
    with gone as (
      delete from access_log using access_chains
      where ${old} and access_chains.id = access_log.chain_id and access_chains.sealed is null and ${isOver}
      returning access_log.chain_id, access_log.seq
    ), of_chain as (select chain_id, max(seq) as seq from gone group by chain_id),
    kept as (
      update access_chains set kept_seq = greatest(kept_seq, of_chain.seq) from of_chain where access_chains.id = of_chain.chain_id
    )
    select count(*)::int as count from gone`.execute(trx)
  return Number(purged.numAffectedRows ?? 0n) + (sealed.rows[0]?.count ?? 0) + (ended.rows[0]?.count ?? 0)
}
