// The row of a chain says where its next link goes: its length, the latest time, whether a listing may be extended. Anyone able to
// change that without being detected could move later entries to another time, or merge them away. So the row is authenticated too.
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { digest, isSameHead } from './chain.ts'

export type ChainRow = Selectable<Schema['access_chains']>
export type Sealable = Pick<ChainRow, 'id' | 'connection_id' | 'tenant_id' | 'person_id' | 'key_id' | 'seq' | 'head' | 'ended_at'>

/** The most by which replicas' clocks may differ: no replica wrote a latest time further ahead. */
export const clockToleranceMs = 5 * 60_000

/** Without `kept_seq` and `kept_head`: a purge changes them and has no key, so they are checked against the rows. */
export const stateMac = (key: Buffer, chain: ChainRow): string =>
  digest(key, [
    'state',
    chain.id,
    chain.connection_id,
    chain.tenant_id,
    chain.person_id,
    chain.key_id,
    chain.seq,
    chain.head,
    chain.last_at.toISOString(),
    chain.tail_seq,
    chain.fold_before,
    chain.foldable,
  ])

/** 'unknown': the row is older than these codes, or claims to be. */
export function judgeState(key: Buffer, chain: ChainRow): 'true' | 'changed' | 'unknown' {
  if (chain.state_mac === null) return 'unknown'
  if (!isTime(chain.last_at)) return 'changed'
  return isSameHead(chain.state_mac, stateMac(key, chain)) ? 'true' : 'changed'
}

/** The database returns an impossible time, such as infinity, as a number. */
export const isTime = (time: unknown): boolean => time instanceof Date && !Number.isNaN(time.getTime())

/** The code of a row that was found changed. It is never valid, so every check finds it. */
export const changedState = 'changed'
