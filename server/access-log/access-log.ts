// The access log as callers see it: a call may leave once its row is committed. Calls that begin during a write go into the
// next one, so that many mailboxes share a transaction.
import type { MailboxCall } from '../../contract/access-log.ts'
import { gatherPauseMs } from '../database/gather-pause.ts'
import { isAway } from '../database/postgres.ts'
import type { InTransaction } from '../database/schema.ts'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { type Begun, type CallBegin, type CallEnd, type Reached, writeCalls } from './call-store.ts'

/** Gives the owner's key; with `true`, read from Vault. */
type OwnersKey = (fresh: boolean) => Promise<Buffer>
export type Outcome = { status: number; foundNothing: boolean }
export type Recorded = (outcome: Outcome) => void

export type AccessLog = {
  /** Throws when the row cannot be written: then the call must not leave. */
  begin(mailbox: { connectionId: string; key: OwnersKey }, call: MailboxCall): Promise<Recorded>
  /** Writes what has been gathered so far. */
  settle(): Promise<void>
  /** Writes everything that is still pending. */
  stop(): Promise<void>
}

type WaitingBegin = { begin: CallBegin; written: (begun: Begun) => void; failed: (error: unknown) => void }
type WaitingEnd = CallEnd & { connectionId: string; attempts: number }

const mostAtOnce = 500
/** An end is written with the next beginning, which usually comes sooner. */
const endPauseMs = 20
const retryPauseMs = 500
const mostAttempts = 120
const stopPatienceMs = 5_000

/** `onGrown` is called after each commit, and must not take long. `sealKey` seals the chains that end (see seal.ts). */
export function openAccessLog(
  inTransaction: InTransaction,
  onGrown: (reached: Reached[]) => void = () => undefined,
  sealKey?: Buffer,
): AccessLog {
  const known = new Set<string>()
  const begins: WaitingBegin[] = []
  const ends: WaitingEnd[] = []
  let writing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let gathering: NodeJS.Timeout | undefined
  let leftTogether = 0

  const flush = (): Promise<void> => {
    clearTimeout(timer)
    clearTimeout(gathering)
    timer = gathering = undefined
    writing ??= writeAll().finally(() => {
      writing = undefined
      if (begins.length > 0) void flush()
      else if (ends.length > 0) flushIn(retryPauseMs)
    })
    return writing
  }
  const flushIn = (ms: number) => {
    timer ??= setTimeout(() => void flush(), ms)
  }

  const writeAll = async (): Promise<void> => {
    while (begins.length + ends.length > 0) if (!(await writeSome(begins.splice(0, mostAtOnce), ends.splice(0, mostAtOnce)))) return
  }

  const writeSome = async (someBegins: WaitingBegin[], someEnds: WaitingEnd[]): Promise<boolean> => {
    if (someBegins.length > 0) leftTogether = someBegins.length
    try {
      const { begun, reached, changed } = await inTransaction((trx) =>
        writeCalls(
          trx,
          someBegins.map(({ begin }) => begin),
          someEnds,
          sealKey,
        ),
      )
      for (const chain of changed) reportChanged(chain)
      for (const [at, { written }] of someBegins.entries()) written(begun[at] ?? 'not-connected')
      onGrown(reached)
      return true
    } catch (error) {
      const apart = isAway(error) ? [] : byConnection(someBegins, someEnds)
      // One access log that cannot be written must not block the others.
      if (apart.length > 1) {
        for (const [itsBegins, itsEnds] of apart) await writeSome(itsBegins, itsEnds)
        return true
      }
      // An end that cannot be written blocks no call: the row then says that the end is unknown.
      for (const { failed } of someBegins) failed(error)
      const left = someEnds.filter(({ attempts }) => attempts < mostAttempts)
      if (left.length < someEnds.length)
        log.error({ err: error, count: someEnds.length - left.length }, 'Ends of calls are missing in the access log')
      ends.unshift(...left.map((end) => ({ ...end, again: true, attempts: end.attempts + 1 })))
      return false
    }
  }

  /** Once for each chain: its row stays marked until an operator looks. */
  const reportChanged = ({ chainId, connectionId }: Reached) => {
    if (known.has(chainId)) return
    known.add(chainId)
    metrics.alarms.inc({ alarm: 'access-log-broken' })
    log.error({ connectionId }, 'The chain row of an access log was changed by another program: run `npm run access-log:verify`')
  }

  const write = (begin: CallBegin) =>
    new Promise<Begun>((written, failed) => {
      begins.push({ begin, written, failed })
      if (writing === undefined) gathering ??= setTimeout(() => void flush(), gatherPauseMs(leftTogether))
    })

  return {
    async begin({ connectionId, key }, call) {
      const at = new Date()
      let used = await key(false)
      let begun = await write({ connectionId, key: used, isFresh: false, at, call })
      if (begun === 'other-key') {
        used = await key(true)
        begun = await write({ connectionId, key: used, isFresh: true, at, call })
      }
      if (typeof begun === 'string') throw new Error(`The call cannot be recorded (${begun})`)
      const { chainId, seq } = begun
      return ({ status, foundNothing }) => {
        ends.push({
          connectionId,
          chainId,
          beganAs: seq,
          key: used,
          finishedAt: new Date(),
          status,
          foundNothing,
          again: false,
          attempts: 0,
        })
        flushIn(endPauseMs)
      }
    },
    async settle() {
      await writing
      if (begins.length + ends.length > 0) await flush()
    },
    async stop() {
      const until = performance.now() + stopPatienceMs
      while (begins.length + ends.length > 0 && performance.now() < until) await flush()
      clearTimeout(timer)
    },
  }
}

function byConnection(begins: WaitingBegin[], ends: WaitingEnd[]): [WaitingBegin[], WaitingEnd[]][] {
  const apart = new Map<string, [WaitingBegin[], WaitingEnd[]]>()
  const of = (connectionId: string) => {
    const known = apart.get(connectionId) ?? [[], []]
    apart.set(connectionId, known)
    return known
  }
  for (const one of begins) of(one.begin.connectionId)[0].push(one)
  for (const one of ends) of(one.connectionId)[1].push(one)
  return [...apart.values()]
}
