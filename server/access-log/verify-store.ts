// Checks the access logs of all connections, one after the other.
import { sql, type Transaction } from 'kysely'
import type { InTransaction, Schema } from '../database/schema.ts'
import type { Anchor, Kept } from './anchors.ts'
import { keyIdOf } from './chain.ts'
import { lasting } from './call-store.ts'
import type { CallRow } from './links.ts'
import type { ChainRow } from './state.ts'
import { type Expected, type ChainResult, verifyChain } from './verify-chain.ts'
import { type Ended, verifyEnded } from './verify-ended.ts'

/** undefined: Vault has nothing for this connection, or no key. */
type KeptUnder = (connectionKey: string) => Promise<Kept | undefined>

/**
 * 'ended': its key was erased with the connection, or lost with its Vault, and `end` says what could still be checked. 'no-chain': a
 * mailbox cannot be connected without a call. 'taken-away': it has an anchor, but is not in the database.
 */
export type Finding = {
  chainId: string
  result: ChainResult | 'ended' | 'unverifiable' | 'no-key' | 'no-chain' | 'taken-away'
  end?: Ended['end'] | undefined
  isAnchored: boolean
  /** If only the anchor disagrees: accepts the database as it is. */ accept?: () => Promise<void>
}
export type Checked = { connectionId: string; findings: Finding[] }

type Options = { keptUnder: KeptUnder; purgedBefore: Date; seals?: Seals }
/** `since`: every chain that has ended after this moment was sealed. */
export type Seals = { key: Buffer; since: Date }
type Connection = { key: string; isActive: boolean; owner: Expected['owner'] }

export async function* verifyAll(inTransaction: InTransaction, options: Options): AsyncGenerator<Checked> {
  const { rows } = await inTransaction((trx) =>
    sql<{ id: string }>`
      select id from connections where provider = 'microsoft' union select connection_id from access_chains order by id`.execute(trx),
  )
  for (const { id } of rows) {
    const findings = await verifyOne(inTransaction, id, options)
    if (findings.length > 0) yield { connectionId: id, findings }
  }
}

async function verifyOne(
  inTransaction: InTransaction,
  connectionId: string,
  { keptUnder, purgedBefore, seals }: Options,
): Promise<Finding[]> {
  const { connection, chains } = await inTransaction(async (trx) => ({
    connection: await connectionOf(trx, connectionId),
    chains: await trx.selectFrom('access_chains').select(['id', 'ended']).where('connection_id', '=', connectionId).orderBy('id').execute(),
  }))
  // Read before the rows, which may have grown since.
  const kept = connection && (await keptUnder(connection.key))
  const findings: Finding[] = []
  const anchors = new Map(kept?.anchors)
  for (const { id } of chains) {
    const read = await inTransaction((trx) => readChain(trx, id))
    if (read === undefined) continue
    const anchor = anchors.get(id)
    anchors.delete(id)
    const { chain, rows } = read
    const isOver = chain.ended && (kept === undefined || (anchor === undefined && chain.key_id !== keyIdOf(kept.key)))
    if (connection === undefined || isOver)
      findings.push({
        chainId: id,
        isAnchored: false,
        ...(seals === undefined ? { result: 'ended' } : verifyEnded(seals, read, purgedBefore)),
      })
    else if (kept === undefined) findings.push({ chainId: id, result: 'no-key', isAnchored: false })
    else {
      const expected = { owner: connection.owner, anchor, purgedBefore }
      const result = verifyChain(kept.key, chain, rows, expected)
      // No chain ends while Vault has its key: someone has marked it as ended to hide it from the check.
      const isSaidToBeOver = seals !== undefined && chain.ended && result.whole
      const over = { whole: false, seq: chain.seq, because: 'unsealed', at: rows.at(-1)?.at ?? null, lacking: 0 } as const
      findings.push(withAcceptance(kept, chain, anchor, isSaidToBeOver ? over : result))
    }
  }
  for (const chainId of anchors.keys())
    findings.push({ chainId, result: 'taken-away', isAnchored: true, accept: () => writeOver(kept, chainId, null) })
  if (connection?.isActive === true && chains.every(({ ended }) => ended))
    findings.push({ chainId: '', result: 'no-chain', isAnchored: false })
  return findings
}

function withAcceptance(kept: Kept, chain: ChainRow, anchor: Anchor | undefined, result: ChainResult): Finding {
  const finding = { chainId: chain.id, result, isAnchored: anchor !== undefined }
  const isAnchorAlone = !result.whole && (result.because === 'behind-anchor' || result.because === 'beside-anchor')
  return isAnchorAlone ? { ...finding, accept: () => writeOver(kept, chain.id, lasting(chain)) } : finding
}

async function writeOver(kept: Kept | undefined, chainId: string, anchor: Anchor | null): Promise<void> {
  if ((await kept?.write(chainId, anchor)) === 'lost') throw new Error('Another process has written the anchors: stop the server first')
}

async function connectionOf(trx: Transaction<Schema>, connectionId: string): Promise<Connection | undefined> {
  const row = await trx
    .selectFrom('connections')
    .select(['connection_key', 'status', 'provider', 'tenant_id', 'person_id'])
    .where('id', '=', connectionId)
    .executeTakeFirst()
  return row && { key: row.connection_key, isActive: row.provider === 'microsoft' && row.status === 'active', owner: row }
}

/** Locks the chain, so that it and its rows are read at the same moment. */
async function readChain(trx: Transaction<Schema>, id: string): Promise<{ chain: ChainRow; rows: CallRow[] } | undefined> {
  const { rows: chains } = await sql<ChainRow>`select * from access_chains where id = ${id} for update`.execute(trx)
  const [chain] = chains
  return chain && { chain, rows: await trx.selectFrom('access_log').selectAll().where('chain_id', '=', id).orderBy('seq').execute() }
}
