// Goes through all chains, one after the other.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { type ChainRow, type Verdict, verifyChain } from './verify-chain.ts'

type InTransaction = <Result>(work: (trx: Transaction<Schema>) => Promise<Result>) => Promise<Result>
/** undefined: Vault holds none for this connection. */
export type KeyOf = (connectionKey: string) => Promise<Buffer | undefined>

/** 'ended': its key was erased with the connection, or lost with its Vault, so that nobody can tell any more. */
export type Checked = { chainId: string; connectionId: string; verdict: Verdict | 'ended' | 'no-key' | 'no-chain' }

export async function* verifyAll(inTransaction: InTransaction, keyOf: KeyOf, purgedBefore: Date): AsyncGenerator<Checked> {
  const chains = await inTransaction((trx) => trx.selectFrom('access_chains').select('id').orderBy('id').execute())
  for (const { id } of chains) {
    const checked = await verifyOne(inTransaction, keyOf, { id, purgedBefore })
    if (checked !== undefined) yield checked
  }
  yield* withoutChain(inTransaction)
}

async function verifyOne(
  inTransaction: InTransaction,
  keyOf: KeyOf,
  { id, purgedBefore }: { id: string; purgedBefore: Date },
): Promise<Checked | undefined> {
  const read = await inTransaction(async (trx) => {
    // Shared with nobody who lengthens it: the chain and its rows are of one moment.
    const { rows: chains } = await sql<ChainRow & { connection_key: string | null }>`
      select access_chains.*, connections.connection_key from access_chains
      left join connections on connections.id = access_chains.connection_id
      where access_chains.id = ${id} for update of access_chains`.execute(trx)
    const [chain] = chains
    return chain && { chain, rows: await trx.selectFrom('access_log').selectAll().where('chain_id', '=', id).orderBy('seq').execute() }
  })
  if (read === undefined) return undefined
  const { chain, rows } = read
  const answer = (verdict: Checked['verdict']) => ({ chainId: id, connectionId: chain.connection_id, verdict })
  if (chain.ended || chain.connection_key === null) return answer('ended')
  const key = await keyOf(chain.connection_key)
  return answer(key === undefined ? 'no-key' : verifyChain(key, chain, rows, purgedBefore))
}

/** A mailbox cannot have been connected without a call: its chain has been taken away. */
async function* withoutChain(inTransaction: InTransaction): AsyncGenerator<Checked> {
  const { rows } = await inTransaction((trx) =>
    sql<{ id: string }>`
      select id from connections where provider = 'microsoft' and status = 'active'
        and not exists (select from access_chains where access_chains.connection_id = connections.id and not access_chains.ended)`.execute(
      trx,
    ),
  )
  for (const { id } of rows) yield { chainId: '', connectionId: id, verdict: 'no-chain' }
}
