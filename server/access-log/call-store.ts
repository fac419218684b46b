// Writes gathered calls for many mailboxes in one transaction, which locks the chains it extends.
import { randomUUID } from 'node:crypto'
import { type Selectable, sql, type Transaction } from 'kysely'
import type { MailboxCall } from '../../contract/access-log.ts'
import type { Schema } from '../database/schema.ts'
import { askAnew } from '../database/statements.ts'
import { jsonText, withoutNul } from '../database/text.ts'
import { firstHead, headOfBeginning, headOfEnding, keyIdOf } from './chain.ts'
import { openSeal, sealed } from './seal.ts'
import { changedState, clockToleranceMs, judgeState, stateMac } from './state.ts'

export type CallBegin = {
  connectionId: string
  key: Buffer
  /** Just read from Vault: a chain under another key has ended. */ isFresh: boolean
  at: Date
  call: MailboxCall
}
export type CallEnd = {
  chainId: string
  beganAs: number
  key: Buffer
  finishedAt: Date
  status: number
  foundNothing: boolean
  /** It may have been written already. */ again: boolean
}
export type Begun = { chainId: string; seq: number } | 'not-connected' | 'other-key'

type Trx = Transaction<Schema>
type Chain = Selectable<Schema['access_chains']>
type Rows = { begun: object[]; folded: object[]; ended: Map<string, object> }

/** A link that will not change, like those before it. */
export type Reached = { connectionId: string; chainId: string; keyId: string; seq: number; head: string }

type Written = { begun: Begun[]; reached: Reached[]; /** Chains whose own row was tampered with. */ changed: Reached[] }

/** Returns the result of each beginning, in order, and the last link of each chain that has grown. */
export async function writeCalls(trx: Trx, begins: CallBegin[], ends: CallEnd[], sealKey?: Buffer): Promise<Written> {
  const chains = await holdChains(trx, begins, ends, sealKey)
  const held = [...chains.byId.values()]
  const keys = keysOf(chains, begins, ends)
  const changed = await distrustChanged(trx, held, keys)
  // A call in progress when its connection ended is still written, and the seal is then made again.
  const wereSealed = new Set(held.filter((chain) => sealKey !== undefined && openSeal(sealKey, chain)?.kind === 'key'))
  const before = held.map(lasting)
  const rows: Rows = { begun: [], folded: [], ended: new Map() }
  for (const end of await stillOpen(trx, ends)) endCall(chains.byId.get(end.chainId), end, rows)
  const begun: Begun[] = []
  for (const begin of begins) {
    const chain = chains.byConnection.get(begin.connectionId)
    if (chain === undefined) begun.push('not-connected')
    else if (chain.key_id !== keyIdOf(begin.key)) begun.push('other-key')
    else begun.push({ chainId: chain.id, seq: await beginCall(trx, chain, begin, rows) })
  }
  for (const chain of held) signState(chain, keys.get(chain.id), wereSealed.has(chain) ? sealKey : undefined)
  await write(trx, held, rows)
  return { begun, reached: held.map(lasting).filter(({ seq }, at) => seq > (before[at]?.seq ?? 0)), changed: changed.map(lasting) }
}

function keysOf({ byConnection }: Pick<Held, 'byConnection'>, begins: CallBegin[], ends: CallEnd[]): Map<string, Buffer> {
  const keys = new Map(ends.map(({ chainId, key }) => [chainId, key]))
  for (const { connectionId, key } of begins) {
    const chain = byConnection.get(connectionId)
    if (chain?.key_id === keyIdOf(key)) keys.set(chain.id, key)
  }
  return keys
}

/** Nothing in a row that was tampered with is trusted: neither its time, nor that a listing may be extended. */
async function distrustChanged(trx: Trx, held: Chain[], keys: ReadonlyMap<string, Buffer>): Promise<Chain[]> {
  const changed: Chain[] = []
  for (const chain of held) {
    const key = keys.get(chain.id)
    if (key === undefined) continue
    const result = judgeState(key, chain)
    if (result === 'true' && chain.last_at.getTime() <= Date.now() + clockToleranceMs) continue
    const isFormer = result === 'unknown' && (await isAsItsRows(trx, chain))
    chain.last_at = isFormer ? chain.last_at : epoch
    chain.foldable = false
    if (isFormer) continue
    chain.state_mac = changedState
    changed.push(chain)
  }
  return changed
}

const epoch = new Date(0)

/** A row without a code must agree with the call that began last. */
async function isAsItsRows(trx: Trx, { id, seq, tail_seq, last_at }: Chain): Promise<boolean> {
  if (seq === 0) return last_at.getTime() === 0
  const row = await trx
    .selectFrom('access_log')
    .select(['seq', 'at', 'until'])
    .where('chain_id', '=', id)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  const isAhead = last_at.getTime() > Date.now() + clockToleranceMs
  return row !== undefined && !isAhead && row.seq === tail_seq && (row.until ?? row.at).getTime() === last_at.getTime()
}

/** A row found changed stays marked, so that its check finds it; so does a seal that did not match. */
function signState(chain: Chain, key: Buffer | undefined, sealWith: Buffer | undefined): void {
  if (key === undefined || chain.state_mac === changedState) return
  chain.state_mac = stateMac(key, chain)
  if (sealWith !== undefined) chain.sealed = sealed(sealWith, chain, key)
}

/** If the last row is a listing, it may be extended; its links are then recalculated. */
export function lasting(chain: Chain): Reached {
  const { id: chainId, connection_id: connectionId, key_id: keyId, seq, head, tail_seq, fold_before, foldable } = chain
  const mayChange = fold_before !== null && (seq === tail_seq || foldable)
  return { connectionId, chainId, keyId, ...(mayChange ? { seq: tail_seq - 1, head: fold_before } : { seq, head }) }
}

async function beginCall(trx: Trx, chain: Chain, begin: CallBegin, rows: Rows): Promise<number> {
  const call = { ...begin.call, messageId: begin.call.messageId === null ? null : withoutNul(begin.call.messageId).toWellFormed() }
  // Time never goes back within a chain, whatever the replicas' clocks say.
  // It can be trusted because the row was checked (see distrustChanged): it is no further ahead than clocks may differ.
  const at = new Date(Math.max(begin.at.getTime(), chain.last_at.getTime()))
  chain.last_at = at
  const owner = { tenantId: chain.tenant_id, personId: chain.person_id }
  const isListing = call.what === 'listing' && call.purpose.kind === 'catch-up'
  if (isListing && chain.foldable && chain.fold_before !== null) {
    const seq = chain.tail_seq
    const row = await trx
      .selectFrom('access_log')
      .select(['id', 'at', 'count'])
      .where('chain_id', '=', chain.id)
      .where('seq', '=', seq)
      .executeTakeFirstOrThrow()
    const count = row.count + 1
    const head = headOfBeginning(begin.key, chain.fold_before, { ...call, ...owner, id: row.id, seq, at: row.at, count, until: at })
    Object.assign(chain, { seq, head, foldable: false })
    rows.ended.delete(`${chain.id}/${seq}`)
    rows.folded.push({ chain_id: chain.id, seq, count, until: at, head })
    return seq
  }
  const seq = chain.seq + 1
  const id = randomUUID()
  const head = headOfBeginning(begin.key, chain.head, { ...call, ...owner, id, seq, at, count: 1, until: null })
  Object.assign(chain, { seq, head, tail_seq: seq, fold_before: isListing ? chain.head : null, foldable: false })
  rows.begun.push({
    id,
    chain_id: chain.id,
    seq,
    tenant_id: chain.tenant_id,
    person_id: chain.person_id,
    at,
    what: call.what,
    fields: call.fields,
    purpose: call.purpose.kind,
    recipe_ids: call.purpose.recipeIds,
    message_id: call.messageId,
    head,
  })
  return seq
}

function endCall(chain: Chain | undefined, { key, beganAs, status, finishedAt, foundNothing }: CallEnd, rows: Rows): void {
  if (chain === undefined) return
  chain.foldable = foundNothing && chain.fold_before !== null && chain.seq === beganAs
  const seq = chain.seq + 1
  const head = headOfEnding(key, chain.head, { seq, beganAs, status, finishedAt })
  Object.assign(chain, { seq, head })
  rows.ended.set(`${chain.id}/${beganAs}`, {
    chain_id: chain.id,
    seq: beganAs,
    status,
    finished_at: finishedAt,
    end_seq: seq,
    end_head: head,
  })
}

type Held = Awaited<ReturnType<typeof holdChains>>

async function holdChains(trx: Trx, begins: CallBegin[], ends: CallEnd[], sealKey: Buffer | undefined) {
  const wanted = new Map(begins.map((begin) => [begin.connectionId, begin]))
  const hold = async () => {
    // Always in the same order, so that two processes cannot deadlock.
    const { rows } = await sql<Chain>`
      select * from access_chains
      where (connection_id = any(${[...wanted.keys()]}::uuid[]) and not ended) or id = any(${ends.map(({ chainId }) => chainId)}::uuid[])
      order by id for update`.execute(trx)
    return rows
  }
  let chains = await hold()
  const open = new Map(chains.filter(({ ended }) => !ended).map((chain) => [chain.connection_id, chain]))
  const fresh = [...wanted.values()].filter(
    ({ connectionId, key, isFresh }) => isFresh && (open.get(connectionId)?.key_id ?? '') !== keyIdOf(key),
  )
  const missing = [...wanted.values()].filter(({ connectionId }) => !open.has(connectionId))
  for (const begin of new Set([...fresh, ...missing])) await openChain(trx, begin, open.get(begin.connectionId), sealKey)
  if (fresh.length + missing.length > 0) chains = await hold()
  return {
    byId: new Map(chains.map((chain) => [chain.id, chain])),
    byConnection: new Map(chains.filter(({ ended }) => !ended).map((chain) => [chain.connection_id, chain])),
  }
}

/** The key was lost with its Vault, or erased: its chain ends, and a new chain begins under the new key. */
async function openChain(
  trx: Trx,
  { connectionId, key }: CallBegin,
  former: Chain | undefined,
  sealKey: Buffer | undefined,
): Promise<void> {
  if (former !== undefined) await endChain(trx, former, sealKey)
  const id = randomUUID()
  const head = firstHead(key, id)
  await sql`
    insert into access_chains (id, connection_id, tenant_id, person_id, key_id, head, kept_head)
    select ${id}, id, tenant_id, person_id, ${keyIdOf(key)}, ${head}, ${head} from connections where id = ${connectionId}
    on conflict do nothing`.execute(trx)
}

/** No one has its key any more: the seal records its state. If Vault still has an anchor for it, its check says so. */
async function endChain(trx: Trx, former: Chain, sealKey: Buffer | undefined): Promise<void> {
  const asFound = { ...former, ended_at: new Date() }
  const seal = former.sealed !== null || sealKey === undefined ? {} : { sealed: sealed(sealKey, asFound), ended_at: asFound.ended_at }
  await trx
    .updateTable('access_chains')
    .set({ ended: true, ...seal })
    .where('id', '=', former.id)
    .execute()
}

async function stillOpen(trx: Trx, ends: CallEnd[]): Promise<CallEnd[]> {
  const doubtful = ends.filter(({ again }) => again)
  if (doubtful.length === 0) return ends
  const { rows } = await sql<{ chain_id: string; seq: number }>`
    select chain_id, seq from access_log where end_seq is null and (chain_id, seq) in (
      select * from unnest(${doubtful.map(({ chainId }) => chainId)}::uuid[], ${doubtful.map(({ beganAs }) => beganAs)}::int[]))`.execute(
    trx,
  )
  const open = new Set(rows.map(({ chain_id, seq }) => `${chain_id}/${seq}`))
  return ends.filter(({ again, chainId, beganAs }) => !again || open.has(`${chainId}/${beganAs}`))
}

async function write(trx: Trx, chains: Chain[], { begun, folded, ended }: Rows): Promise<void> {
  if (begun.length + folded.length + ended.size === 0) return
  const writing = sql`
    with begun as (
      insert into access_log (id, chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, message_id, head)
      select * from jsonb_to_recordset(${jsonText(begun)}::jsonb) as row (id uuid, chain_id uuid, seq int,
        tenant_id uuid, person_id uuid, at timestamptz, what text, fields text[], purpose text, recipe_ids uuid[], message_id text, head text)
    ), folded as (
      update access_log set count = row.count, until = row.until, head = row.head,
        status = null, finished_at = null, end_seq = null, end_head = null
      from jsonb_to_recordset(${jsonText(folded)}::jsonb) as row (chain_id uuid, seq int, count int, until timestamptz, head text)
      where access_log.chain_id = row.chain_id and access_log.seq = row.seq
    ), ended as (
      update access_log set status = row.status, finished_at = row.finished_at, end_seq = row.end_seq, end_head = row.end_head
      from jsonb_to_recordset(${jsonText([...ended.values()])}::jsonb)
        as row (chain_id uuid, seq int, status int, finished_at timestamptz, end_seq int, end_head text)
      where access_log.chain_id = row.chain_id and access_log.seq = row.seq
    )
    update access_chains set seq = row.seq, head = row.head, last_at = row.last_at, tail_seq = row.tail_seq,
      fold_before = row.fold_before, foldable = row.foldable, state_mac = row.state_mac, sealed = row.sealed
    from jsonb_to_recordset(${jsonText(chains)}::jsonb)
      as row (id uuid, seq int, head text, last_at timestamptz, tail_seq int, fold_before text, foldable boolean,
        state_mac text, sealed text)
    where access_chains.id = row.id`
  await askAnew(trx, writing)
}
