// A proxy between a server and PostgreSQL. It can cut the connection, slow it down, or hold it before a statement or around a commit.
// This gives points at which to kill a process, without any code for it in the process.
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { openStatementReader } from './statements-in.ts'

/** `at`: before the statement itself; before or after the commit of its transaction. */
export type HoldPoint = { statement: RegExp; at: 'statement' | 'before commit' | 'after commit' }
type Held = { reached: Promise<void>; release(): void }

export type DatabaseLink = {
  /** The same database, through this proxy. */
  url: string
  /** Connections break, new ones are refused until `mend()`. */
  cut(): void
  mend(): void
  /** Delays every message of the server this long. */
  slow(delayMs: number): void
  /** The first transaction with such a statement stops there, until it is released or its connection ends. */
  hold(point: HoldPoint): Held
  stop(): Promise<void>
}

type Trap = HoldPoint & { spring(): void; isSprung: boolean; opened: Promise<void> }

export async function openDatabaseLink(databaseUrl: string): Promise<DatabaseLink> {
  const target = new URL(databaseUrl)
  const pairs = new Set<[Socket, Socket]>()
  const traps = new Set<Trap>()
  let isCut = false
  let delayMs = 0

  const server = createServer((near) => {
    if (isCut) return void near.destroy()
    const far = connect(Number(target.port), target.hostname)
    const pair: [Socket, Socket] = [near, far]
    pairs.add(pair)
    const end = () => {
      pairs.delete(pair)
      near.destroy()
      far.destroy()
    }
    for (const socket of pair) socket.setNoDelay(true).on('error', end).on('close', end)
    carry(near, far)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  /** The server's messages keep their order, however long one of them waits. */
  function carry(near: Socket, far: Socket): void {
    let armed: Trap | undefined
    let mute: Promise<void> | undefined
    let order = idle
    const textIn = openStatementReader()
    near.on('data', (bytes) => {
      const text = textIn(bytes)
      for (const trap of traps) if (!trap.isSprung && trap.statement.test(text)) armed = trap
      const isThere = armed?.at === 'statement' ? armed.statement.test(text) : /\bcommit\b/i.test(text)
      const trap = armed !== undefined && !armed.isSprung && isThere ? armed : undefined
      const pauseMs = delayMs
      if (trap === undefined && pauseMs === 0 && mute === undefined && order === idle) return void far.write(bytes)
      order = order.then(async () => {
        if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs))
        if (trap && trap.at !== 'after commit') {
          trap.spring()
          await trap.opened
        } else if (trap) mute = trap.opened
        if (!far.destroyed) far.write(bytes)
      })
      if (trap) trap.isSprung = true
    })
    far.on('data', (bytes) => {
      if (mute === undefined) return void near.write(bytes)
      armed?.spring()
      void mute.then(() => !near.destroyed && near.write(bytes))
    })
  }

  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A port was expected.')
  const own = new URL(databaseUrl)
  own.port = String(address.port)
  const breakAll = () => {
    for (const [near, far] of pairs) {
      near.destroy()
      far.destroy()
    }
  }
  return {
    url: own.href,
    cut() {
      isCut = true
      breakAll()
    },
    mend() {
      isCut = false
    },
    slow(ms) {
      delayMs = ms
    },
    hold(point) {
      const reached = Promise.withResolvers<void>()
      const opened = Promise.withResolvers<void>()
      const trap: Trap = { ...point, spring: reached.resolve, isSprung: false, opened: opened.promise }
      traps.add(trap)
      return {
        reached: reached.promise,
        release: () => {
          traps.delete(trap)
          opened.resolve()
        },
      }
    },
    async stop() {
      const closed = once(server, 'close')
      server.close()
      breakAll()
      await closed
    },
  }
}

const idle: Promise<void> = Promise.resolve()
