// Between Kysely and pg: what every statement passes on its way to the database. What has been parsed and planned is kept
// there by name: under row-level security that is most of the work. To PostgreSQL, statements that need no answer of those
// before them travel together.
import { nextTick } from 'node:process'
import { type CompiledQuery, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import type { Db } from './schema.ts'
import { withoutNul } from './text.ts'

const anew = '/* planned anew */'
const ahead = '/* ahead */ '

/** In a statement over as many rows as there happen to be: a plan made for few would be kept when there are many. */
export const plannedAnew = sql.raw(anew)

type Statement = CompiledQuery | { compile(executor: Db): CompiledQuery }

/**
 * Sends a statement whose answer nobody needs: the next one is sent at once with it. Where it fails, so does the transaction,
 * at the next statement that is waited for or at its commit. Outside of a transaction it is waited for.
 */
export async function sendAhead(trx: Db, statement: Statement): Promise<void> {
  const compiled = 'compile' in statement ? statement.compile(trx) : statement
  await trx.executeQuery({ ...compiled, sql: `${ahead}${compiled.sql}` })
}

/** `pipelined`: the connections take statements before they have answered the last. */
export function poolForKysely(pool: Pool, { pipelined }: { pipelined: boolean }): PostgresPool {
  const names = openNames()
  const connect = async (): Promise<PostgresPoolClient> => {
    const client = await pool.connect()
    const query = pipelined ? askingAhead(client, names) : asking(client, names)
    // The other overload takes cursors, which are not used.
    return { query: query as unknown as PostgresPoolClient['query'], release: (destroy) => client.release(destroy) }
  }
  return { connect, end: async () => undefined, options: pool.options }
}

type Query = (text: string, values?: readonly unknown[]) => Promise<unknown>

const asking =
  (client: PoolClient, names: Names): Query =>
  (text, values = []) =>
    names.watch(text, client.query(names.named(text, values)))

function askingAhead(client: PoolClient, names: Names): Query {
  const ask = asking(client, names)
  let isOpen = false
  let unanswered: Promise<unknown>[] = []
  let failed: PromiseRejectedResult | undefined
  return async (text, values) => {
    writeTogether(client)
    const answer = ask(text, values)
    if (text === 'begin') [isOpen, unanswered, failed] = [true, [], undefined]
    if (text === 'begin' || (isOpen && text.startsWith(ahead))) {
      // Whoever waits for the next one hears of it.
      answer.catch(() => undefined)
      unanswered.push(answer)
      return { command: 'AHEAD', rowCount: 0, rows: [] }
    }
    const before = unanswered.splice(0)
    if (text === 'commit' || text === 'rollback') isOpen = false
    const ended = await Promise.allSettled([...before, answer])
    // The first that failed is why the others did, and why a rollback may find no connection any more.
    const isTakenBack = text === 'rollback' && ended.at(-1)?.status === 'fulfilled'
    failed ??= ended.find((one) => one.status === 'rejected')
    if (failed !== undefined && !isTakenBack) throw failed.reason
    return answer
  }
}

/** What is sent until everything that is at hand is done leaves in one piece. */
function writeTogether({ connection: { stream } }: PoolClient): void {
  stream.cork()
  nextTick(() => stream.uncork())
}

type Names = {
  named(text: string, values: readonly unknown[]): { name?: string; text: string; values: unknown[] }
  watch(text: string, answer: Promise<unknown>): Promise<unknown>
}

const mostNames = 500

/** Texts are few: values go as parameters. Those that are not, such as lists of many lengths, come to an end. */
function openNames(): Names {
  const names = new Map<string, string>()
  let given = 0
  const nameOf = (text: string) => {
    const known = names.get(text)
    if (known !== undefined || names.size >= mostNames || text.includes(anew)) return known
    const name = `mailboard_${given++}`
    names.set(text, name)
    return name
  }
  return {
    named(text, values) {
      const name = values.length > 0 ? nameOf(text) : undefined
      return { ...(name === undefined ? {} : { name }), text, values: values.map(cleaned) }
    },
    async watch(text, answer) {
      try {
        return await answer
      } catch (error) {
        if (isOfOldPlan(error)) names.delete(text)
        throw error
      }
    },
  }
}

/** The one place where text on its way into the database loses its NUL bytes, which PostgreSQL refuses. */
const cleaned = (value: unknown) => (typeof value === 'string' ? withoutNul(value) : value)

/** A table was changed under a kept plan, or somebody between has dropped it: under a new name it is planned anew. */
const isOfOldPlan = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && (error.code === '0A000' || error.code === '26000')
