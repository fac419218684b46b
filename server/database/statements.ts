// How a statement is sent, beside what it says: known to dialect.ts, which sends it.
import type { CompiledQuery, QueryResult } from 'kysely'
import type { Db } from './schema.ts'

export type Sent<Row = unknown> = CompiledQuery<Row> & { isAhead?: true; isPlannedAnew?: true }

type Statement<Row> = CompiledQuery<Row> | { compile(executor: Db): CompiledQuery<Row> }

const compiled = <Row>(db: Db, statement: Statement<Row>) => ('compile' in statement ? statement.compile(db) : statement)

/**
 * Sends a statement whose answer nobody needs: the next one is sent at once with it. Where it fails, so does the transaction,
 * at the next statement that is waited for or at its commit. Outside of a transaction it is waited for.
 */
export async function sendAhead(trx: Db, statement: Statement<unknown>): Promise<void> {
  const ahead: Sent = { ...compiled(trx, statement), isAhead: true }
  await trx.executeQuery(ahead)
}

/** For a statement over as many rows as there happen to be: a plan made for few would be kept when there are many. */
export function askAnew<Row>(trx: Db, statement: Statement<Row>): Promise<QueryResult<Row>> {
  const anew: Sent<Row> = { ...compiled(trx, statement), isPlannedAnew: true }
  return trx.executeQuery(anew)
}
