// PostgreSQL, or a service that speaks it.
import { Client, DatabaseError, Pool } from 'pg'
import { log } from '../log.ts'
import type { Hold, Listen } from './session.ts'

const patienceMs = 30_000
/** What a statement may take, and how long a transaction may wait for us: what hangs would hold its locks for ever. */
const statementMs = 30_000
const idleInTransactionMs = 60_000
const againAfterMs = 1_000

type OpenPostgres = {
  pool: Pool
  /** With connections that may take their time, as a migration of large tables does. */
  withPatience: <Result>(work: (pool: Pool) => Promise<Result>) => Promise<Result>
  listen: Listen
  hold: Hold
  close: () => Promise<void>
}

export async function openPostgres(connectionString: string): Promise<OpenPostgres> {
  const settings = { connectionString, application_name: 'mailboard', keepAlive: true }
  const pool = new Pool({
    ...settings,
    pipeline: true,
    max: 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: idleInTransactionMs,
  })
  let closing = false
  pool.on('error', (error) => {
    if (!closing) log.warn({ err: error }, 'An idle connection to PostgreSQL broke')
  })
  // A connection may break between two statements of a transaction, when nobody waits for it: the next statement fails then.
  pool.on('connect', (client) => client.on('error', () => undefined))
  await untilReachable(pool)
  const sessions = new Set<() => Promise<void>>()
  const keep = async (session: Omit<Session, 'connect'>) => {
    const stop = await keepSession({ connect: () => new Client(settings), ...session })
    sessions.add(stop)
    return async () => {
      sessions.delete(stop)
      await stop()
    }
  }
  return {
    pool,
    withPatience: async (work) => {
      const patient = new Pool({ ...settings, pipeline: true, max: 2, connectionTimeoutMillis: 10_000 })
      patient.on('error', () => undefined)
      patient.on('connect', (client) => client.on('error', () => undefined))
      try {
        return await work(patient)
      } finally {
        await patient.end()
      }
    },
    /** What was said while it was away is lost, so onGap is told. */
    listen: (channel, onPayload, onGap) =>
      keep({
        setUp(client) {
          client.on('notification', (message) => onPayload(message.payload ?? ''))
          return client.query(`listen "${channel}"`)
        },
        onAgain: onGap,
        refused: 'PostgreSQL cannot be listened to',
      }),
    hold: (key, onAgain) =>
      keep({
        setUp: async (client) => {
          const { rows } = await client.query('select pg_try_advisory_lock($1, $2) as is_held', [...key])
          if (rows[0]?.is_held !== true) throw new Error('The lock of this process is held by another connection')
        },
        onAgain,
        refused: 'PostgreSQL does not hold the lock of this process',
      }),
    close: async () => {
      closing = true
      await Promise.all([...sessions].map((stop) => stop()))
      await pool.end()
    },
  }
}

async function untilReachable(pool: Pool): Promise<void> {
  const until = Date.now() + patienceMs
  for (;;) {
    try {
      await pool.query('select 1')
      return
    } catch (error) {
      if (Date.now() > until || !isAway(error)) throw error
      log.warn({ err: error }, 'PostgreSQL does not answer yet')
      await new Promise((resolve) => setTimeout(resolve, againAfterMs))
    }
  }
}

type Session = {
  connect: () => Client
  setUp: (client: Client) => Promise<unknown>
  /** It broke off, and is there again. */
  onAgain: (() => void) | undefined
  /** What it is for, where it cannot be had. */
  refused: string
}

/** A connection of its own that comes back by itself. */
async function keepSession({ connect, setUp, onAgain, refused }: Session) {
  let client: Client | undefined
  let stopped = false
  let timer: NodeJS.Timeout | undefined

  // One try at a time: an outage of many seconds must not end in many connections.
  const again = () => {
    clearTimeout(timer)
    if (!stopped) timer = setTimeout(() => void reopen(), againAfterMs)
  }
  const open = async () => {
    const opening = connect()
    let isOpen = false
    opening.on('error', () => undefined)
    // Where it does not even open, whoever opens it hears of that.
    opening.on('end', () => isOpen && again())
    try {
      await opening.connect()
      await setUp(opening)
    } catch (error) {
      opening.end().catch(() => undefined)
      throw error
    }
    if (stopped) return opening.end()
    isOpen = true
    client = opening
  }
  const reopen = async () => {
    try {
      await open()
      onAgain?.()
    } catch (error) {
      log.warn({ err: error }, refused)
      again()
    }
  }

  await open()
  return async () => {
    stopped = true
    clearTimeout(timer)
    await client?.end()
  }
}

/** Whether the database was not reached or broke off: nothing is wrong with what was asked. */
export function isAway(error: unknown): boolean {
  const { code, message } = (typeof error === 'object' && error !== null ? error : {}) as { code?: unknown; message?: unknown }
  if (typeof code === 'string' && (/^(08|57P|53)/.test(code) || brokenSocket.has(code))) return true
  return (
    typeof message === 'string' &&
    /^(Connection terminated|Client (has encountered a connection error|was closed)|timeout exceeded when trying to connect|timeout expired)/.test(
      message,
    )
  )
}

/** The database answered, and said no to what was asked. */
export const isRefused = (error: unknown): boolean => error instanceof DatabaseError && !isAway(error) && !isTimedOut(error)

/**
 * A statement, a lock or a transaction took too long and was ended. It may be the doing of others, so it is worth another attempt;
 * it may be its own, so that attempts are counted.
 */
export const isTimedOut = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && ['57014', '55P03', '25P03', '25P04'].includes(String(error.code))

/** Two transactions waited for each other, and this one was chosen to go: it will do the next time. */
export const isDeadlock = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && (error.code === '40P01' || error.code === '40001')

const brokenSocket = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'])
