// Stores the last link of each chain outside the database soon after the chain has grown, so that someone with access to the
// database only can neither reset a chain to an earlier state nor remove it. A link is anchored if it follows, link by link,
// from the previous anchor. Calls do not wait for this.
import type { InTransaction } from '../database/schema.ts'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { continues } from './anchor-store.ts'
import { keyIdOf } from './chain.ts'
import type { Reached } from './call-store.ts'
import { purgedBefore } from './purge-store.ts'

export type Anchor = { seq: number; head: string }
/** By chain ID. */
export type Anchors = ReadonlyMap<string, Anchor>

export type Kept = {
  key: Buffer
  anchors: Anchors
  /** null removes the anchor. 'lost': another process has written since. */
  write(chainId: string, anchor: Anchor | null): Promise<'written' | 'lost'>
}
/** Reads from outside the database. undefined: the connection, or its secret, is gone. */
export type KeptOf = (connectionId: string) => Promise<Kept | undefined>

type Deps = { inTransaction: InTransaction; keptOf: KeptOf; retentionDays: number; pace?: Pace }
type Pace = {
  /** A chain is anchored when it has not grown for this long, */ quietMs: number
  /** or, if it keeps growing, once in this time; */ longestMs: number
  /** never more often than this. */ shortestMs: number
  /** For all chains together. */ mostPerSecond: number
}

export type AnchorKeeper = {
  note(reached: Reached[]): void
  /** Anchors what is still pending, if that takes little time. */
  stop(): Promise<void>
}

const usualPace = { quietMs: 2_000, longestMs: 60_000, shortestMs: 10_000, mostPerSecond: 10 }
const mostWaiting = 10_000
const longestPauseMs = 1_000
const stopPatienceMs = 5_000

type Waiting = { reached: Reached; since: number; grownAt: number }

export function keepAnchors({ pace = usualPace, ...deps }: Deps): AnchorKeeper {
  const waiting = new Map<string, Waiting>()
  /** The last times, oldest first. */
  const anchoredAt = new Map<string, number>()
  /** Chains that do not continue from their anchor: each is reported once. */
  const broken = new Set<string>()
  let working: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopping = false
  let isAway = false
  let hasSaidFull = false

  const dueAt = ({ reached, since, grownAt }: Waiting) =>
    Math.max(
      Math.min(grownAt + pace.quietMs, since + pace.longestMs),
      (anchoredAt.get(reached.chainId) ?? Number.NEGATIVE_INFINITY) + pace.shortestMs,
    )

  /** Chains still pending when the process dies are anchored after their next call. */
  const wake = () => {
    if (timer !== undefined || working !== undefined || isStopping || waiting.size === 0) return
    let next: Waiting | undefined
    for (const each of waiting.values()) if (next === undefined || dueAt(each) < dueAt(next)) next = each
    const pauseMs = next === undefined ? 0 : dueAt(next) - performance.now()
    timer = setTimeout(
      () => {
        timer = undefined
        working = (pauseMs > longestPauseMs ? Promise.resolve() : anchorOne(next)).finally(() => {
          working = undefined
          wake()
        })
      },
      Math.min(longestPauseMs, Math.max(1000 / pace.mostPerSecond, pauseMs)),
    )
    timer.unref()
  }

  const anchorOne = async (one: Waiting | undefined): Promise<void> => {
    // It may have grown in the meantime; then it is checked again.
    if (one === undefined || (!isStopping && dueAt(one) > performance.now())) return
    const { chainId } = one.reached
    waiting.delete(chainId)
    remember(chainId)
    try {
      const outcome = await anchor(deps, one.reached)
      if (outcome === 'anchored') broken.delete(chainId)
      if (outcome === 'broken' && !broken.has(chainId)) tellBroken(one.reached)
      isAway = false
    } catch (error) {
      if (!isAway) log.warn({ err: error }, 'What the access logs have come to cannot be anchored for now')
      isAway = true
      note([waiting.get(chainId)?.reached ?? one.reached])
    }
  }

  const tellBroken = ({ connectionId, chainId }: Reached) => {
    broken.add(chainId)
    metrics.alarms.inc({ alarm: 'access-log-broken' })
    log.error({ connectionId }, 'An access log does not go on from where it was: run `npm run access-log:verify`')
  }

  const remember = (chainId: string) => {
    const now = performance.now()
    for (const [id, at] of anchoredAt) {
      if (at > now - pace.shortestMs) break
      anchoredAt.delete(id)
    }
    anchoredAt.delete(chainId)
    anchoredAt.set(chainId, now)
  }

  const leaveOut = () => {
    metrics.anchorsLeftOut.inc()
    if (!hasSaidFull) log.error({ count: waiting.size }, 'More access logs grow than can be anchored: some are not, until they grow again')
    hasSaidFull = true
  }

  const note = (all: Reached[]) => {
    const now = performance.now()
    for (const reached of all) {
      const known = waiting.get(reached.chainId)
      if (known !== undefined) Object.assign(known, { reached, grownAt: now })
      else if (waiting.size < mostWaiting) waiting.set(reached.chainId, { reached, since: now, grownAt: now })
      else leaveOut()
    }
    wake()
  }

  return {
    note,
    async stop() {
      isStopping = true
      clearTimeout(timer)
      const until = performance.now() + stopPatienceMs
      const rest = async () => {
        await working
        isAway = false
        for (const one of waiting.values()) if (!isAway && performance.now() < until) await anchorOne(one)
      }
      let patience: NodeJS.Timeout | undefined
      await Promise.race([rest(), new Promise((resolve) => (patience = setTimeout(resolve, stopPatienceMs)))])
      clearTimeout(patience)
    },
  }
}

type Anchored = 'anchored' | 'nothing-to-do' | 'broken'

async function anchor({ inTransaction, keptOf, retentionDays }: Omit<Deps, 'pace'>, reached: Reached): Promise<Anchored> {
  const { connectionId, chainId, keyId, seq, head } = reached
  const kept = await keptOf(connectionId)
  // Its owner has disconnected, or has a new key: nobody can check this chain any more.
  if (kept === undefined || keyIdOf(kept.key) !== keyId) return 'nothing-to-do'
  const from = kept.anchors.get(chainId)
  // Another process was faster, or the chain was reset, which its check will find.
  if (from !== undefined && from.seq >= seq) return 'nothing-to-do'
  const asked = { key: kept.key, chainId, to: { seq, head }, purgedBefore: purgedBefore(retentionDays) }
  const isNext = from === undefined || (await inTransaction((trx) => continues(trx, { ...asked, from })))
  if (!isNext) return 'broken'
  if ((await kept.write(chainId, { seq, head })) === 'lost') throw new Error('The anchors of a connection were written by another process')
  return 'anchored'
}
