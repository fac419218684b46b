// The row of a chain says where its next link goes: how far it has come, the latest time, whether a listing may be added to. Whoever
// could change that unseen could move later entries to another time, or fold them away. So the row is authenticated as well.
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { digest, isSameHead } from './chain.ts'

export type ChainRow = Selectable<Schema['access_chains']>
export type Sealable = Pick<ChainRow, 'id' | 'connection_id' | 'tenant_id' | 'person_id' | 'key_id' | 'seq' | 'head' | 'ended_at'>

/** Clocks of replicas differ by so much at most: a chain whose latest time lies further ahead was not made by any of them. */
export const clockToleranceMs = 5 * 60_000

/** Not of what a purge changes, which has no key: `kept_seq` and `kept_head` are judged by the rows. */
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

/** 'unknown': the row is from before there was such a code, or says so. */
export function judgeState(key: Buffer, chain: ChainRow): 'true' | 'changed' | 'unknown' {
  if (chain.state_mac === null) return 'unknown'
  if (!isTime(chain.last_at)) return 'changed'
  return isSameHead(chain.state_mac, stateMac(key, chain)) ? 'true' : 'changed'
}

/** A time that no clock shows, such as infinity, comes from the database as a number. */
export const isTime = (time: unknown): boolean => time instanceof Date && !Number.isNaN(time.getTime())

/** What stands for the code of a row that was found changed: it fits nothing, so that every check finds it. */
export const changedState = 'changed'
