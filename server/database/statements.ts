// Between Kysely and pg: what every statement passes on its way to the database. To PostgreSQL, statements that need no
// answer of those before them travel together, and what it has parsed and planned it keeps.
import { nextTick } from 'node:process'
import { CompiledQuery, type PostgresPool, type PostgresPoolClient, sql } from 'kysely'
import type { Pool, PoolClient } from 'pg'
import type { Db } from './schema.ts'
import { withoutNul } from './text.ts'

/** In a statement over as many rows as there happen to be: a plan made for few would be kept when there are many. */
export const plannedAnew = sql.raw('/* planned anew */')

const ahead = '/* ahead */ '

type Statement = { compile(executor: Db): CompiledQuery }

/**
 * Sends a statement whose answer nobody needs: the next one is sent at once with it. Where it fails, so does the transaction,
 * at the next statement that is waited for or at its commit.
 */
export async function sendAhead(trx: Db, statement: Statement): Promise<void> {
  const { sql: text, parameters } = statement.compile(trx)
  await trx.executeQuery(CompiledQuery.raw(`${ahead}${text}`, [...parameters]))
}

/** `pipelined`: the connections take statements before they have answered the last, and keep their plans. */
export function poolForKysely(pool: Pool, { pipelined }: { pipelined: boolean }): PostgresPool {
  const open = pipelined ? pipeline(openNames()) : plain
  return { connect: async () => open(await pool.connect()), end: async () => undefined, options: pool.options }
}

function plain(client: PoolClient): PostgresPoolClient {
  const query = (text: string, values: readonly unknown[] = []) => client.query({ text, values: values.map(cleaned) })
  return { query: asKyselyTakesIt(query), release: (destroy) => client.release(destroy) }
}

const pipeline =
  (nameOf: NameOf) =>
  (client: PoolClient): PostgresPoolClient => {
    let unanswered: Promise<unknown>[] = []
    let isStale = false
    const query = async (text: string, values: readonly unknown[] = []) => {
      writeTogether(client)
      const name = values.length > 0 ? nameOf(text) : undefined
      const answer = client.query({ ...(name === undefined ? {} : { name }), text, values: values.map(cleaned) })
      if (text === 'begin' || text.startsWith(ahead)) {
        // Whoever waits for the next one hears of it.
        answer.catch(() => undefined)
        unanswered.push(answer)
        return { command: 'AHEAD', rowCount: 0, rows: [] }
      }
      const before = text === 'rollback' ? [] : unanswered
      unanswered = []
      const ended = await Promise.allSettled([answer, ...before])
      // The first that was sent and failed is why the others did.
      const failed = [...ended.slice(1), ...ended.slice(0, 1)].find((one) => one.status === 'rejected')
      if (failed === undefined) return answer
      isStale ||= isOfOldPlan(failed.reason)
      throw failed.reason
    }
    return { query: asKyselyTakesIt(query), release: (destroy) => client.release(destroy || isStale) }
  }

/** What is sent until everything that is at hand is done leaves in one piece. */
function writeTogether({ connection: { stream } }: PoolClient): void {
  stream.cork()
  nextTick(() => stream.uncork())
}

type NameOf = (text: string) => string | undefined

const mostNames = 500

/** Texts are few: values go as parameters. Those that are not, such as lists of many lengths, come to an end. */
function openNames(): NameOf {
  const names = new Map<string, string>()
  return (text) => {
    if (text.includes('/* planned anew */')) return undefined
    if (!names.has(text) && names.size < mostNames) names.set(text, `mailboard_${names.size}`)
    return names.get(text)
  }
}

/** The one place where text on its way into the database loses its NUL bytes, which PostgreSQL refuses. */
const cleaned = (value: unknown) => (typeof value === 'string' ? withoutNul(value) : value)

/** The other overload takes cursors, which are not used. */
const asKyselyTakesIt = (query: (text: string, values?: readonly unknown[]) => Promise<unknown>) =>
  query as unknown as PostgresPoolClient['query']

/** A table was changed under a kept plan, or somebody between has dropped it: the next connection plans anew. */
const isOfOldPlan = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && (error.code === '0A000' || error.code === '26000')
