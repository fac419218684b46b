// Between Kysely and pg: what every statement passes on its way to the database. To PostgreSQL, statements that need no answer of
// those before them travel together (see statements.ts).
import { nextTick } from 'node:process'
import {
  AbortedTransactionError,
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type TransactionSettings,
} from 'kysely'
import type { Pool, PoolClient, QueryResult } from 'pg'
import { type Names, openNames } from './statement-names.ts'
import type { Sent } from './statements.ts'

type Options = {
  /** The connections take statements before they have answered the last. */
  pipelined: boolean
}

export function dialectOf(pool: Pool, options: Options): Dialect {
  const names = openNames()
  const driver: Driver = {
    init: async () => undefined,
    acquireConnection: async () => openConnection(await pool.connect(), names, options),
    beginTransaction: (connection: Connection, settings) => connection.begin(settings),
    commitTransaction: (connection: Connection) => connection.commit(),
    rollbackTransaction: (connection: Connection) => connection.rollback(),
    releaseConnection: async (connection: Connection) => connection.release(),
    destroy: async () => undefined,
  }
  return {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => driver,
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  }
}

type Connection = DatabaseConnection & {
  begin(settings: TransactionSettings): Promise<void>
  commit(): Promise<void>
  rollback(): Promise<void>
  release(): void
}

function openConnection(client: PoolClient, names: Names, { pipelined }: Options): Connection {
  let isOpen = false
  let isBroken = false
  let unanswered: Promise<unknown>[] = []
  let failed: PromiseRejectedResult | undefined

  const send = (statement: Sent): Promise<QueryResult> => {
    if (pipelined) writeTogether(client)
    return names.watch(statement, client.query(names.named(statement)))
  }
  /** The next that is waited for throws what became of it. */
  const leave = (answer: Promise<unknown>): void => {
    answer.catch(() => undefined)
    unanswered.push(answer)
  }
  /** Of it and of those before it the first that failed, which is why the others did. */
  const failureOf = async (answer: Promise<unknown>): Promise<PromiseRejectedResult | undefined> => {
    const ended = await Promise.allSettled([...unanswered.splice(0), answer])
    const failure = failed ?? ended.find((one) => one.status === 'rejected')
    if (isOpen) failed = failure
    return failure
  }
  const answered = async (answer: Promise<QueryResult>): Promise<QueryResult> => {
    const failure = await failureOf(answer)
    if (failure !== undefined) throw withCaller(failure.reason)
    return answer
  }

  return {
    async begin({ isolationLevel, accessMode }) {
      const mode = `${isolationLevel ? ` isolation level ${isolationLevel}` : ''}${accessMode ? ` ${accessMode}` : ''}`
      const begun = send(CompiledQuery.raw(`begin${mode}`))
      ;[isOpen, unanswered, failed] = [true, [], undefined]
      if (pipelined) leave(begun)
      else await begun
    },
    async executeQuery(statement: Sent) {
      const answer = send(statement)
      if (pipelined && isOpen && statement.isAhead) {
        leave(answer)
        return { rows: [] }
      }
      const { command, rowCount, rows } = await answered(answer)
      return writing.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows }
    },
    async commit() {
      const { command } = await answered(send(CompiledQuery.raw('commit')))
      isOpen = false
      if (command === 'ROLLBACK') throw new AbortedTransactionError()
    },
    async rollback() {
      const answer = send(CompiledQuery.raw('rollback'))
      const failure = await failureOf(answer)
      isOpen = false
      await answer.catch(() => {
        isBroken = true
        throw withCaller(failure?.reason)
      })
    },
    release: () => client.release(isBroken),
    streamQuery() {
      throw new Error('Rows come all at once here.')
    },
  }
}

const writing = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE'])

/** What is sent until everything that is at hand is done leaves in one piece. */
function writeTogether({ connection: { stream } }: PoolClient): void {
  stream.cork()
  nextTick(() => stream.uncork())
}

/** An error of pg says where the answer was read, and not who had asked. */
function withCaller(error: unknown): unknown {
  if (error instanceof Error) error.stack += `\n${new Error().stack?.split('\n').slice(1).join('\n')}`
  return error
}
