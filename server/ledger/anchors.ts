// What the chains have come to is written down outside the database, soon after they have grown: whoever has the database
// alone cannot put a chain back to an earlier state, nor take it away. A link is anchored when it follows, link by link,
// from the one that was anchored before it. Nobody who calls waits for this.
import type { Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { log } from '../log.ts'
import { continues } from './anchor-store.ts'
import { keyIdOf } from './chain.ts'

import type { Reached } from './ledger-store.ts'

export type Anchor = { seq: number; head: string }
/** By the id of their chain. */
export type Anchors = ReadonlyMap<string, Anchor>

export type Kept = {
  key: Buffer
  anchors: Anchors
  /** null takes it away. 'lost': somebody else has written since. */
  write(chainId: string, anchor: Anchor | null): Promise<'written' | 'lost'>
}
/** Outside the database. undefined: the connection is gone, or what was kept of it. */
export type KeptOf = (connectionId: string) => Promise<Kept | undefined>
type InTransaction = <Result>(work: (trx: Transaction<Schema>) => Promise<Result>) => Promise<Result>

type Deps = {
  inTransaction: InTransaction
  keptOf: KeptOf
  retentionDays: number
  /** A chain that grows is anchored so often. */ intervalMs?: number
  mostPerSecond?: number
}

export type AnchorKeeper = {
  note(reached: Reached[]): void
  /** Anchors what is still to be anchored, where that is soon done. */
  stop(): Promise<void>
}

const mostWaiting = 10_000
const stopPatienceMs = 5_000
const dayMs = 86_400_000

export function keepAnchors({ inTransaction, keptOf, retentionDays, intervalMs = 60_000, mostPerSecond = 20 }: Deps): AnchorKeeper {
  // In the order in which they are due.
  const waiting = new Map<string, { reached: Reached; dueAt: number }>()
  let working: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopping = false
  let isAway = false

  const wake = () => {
    const [next] = waiting.values()
    if (next === undefined || working !== undefined || isStopping) return
    const pauseMs = Math.max(1000 / mostPerSecond, next.dueAt - performance.now())
    timer ??= setTimeout(() => {
      timer = undefined
      working = anchorNext().finally(() => {
        working = undefined
        wake()
      })
    }, pauseMs)
    // What it would anchor is anchored at the stop, or after the next call.
    timer.unref()
  }

  /** Later it is tried again: what was reached by then is anchored with it. */
  const anchorNext = async (): Promise<void> => {
    const [next] = waiting.values()
    if (next === undefined) return
    waiting.delete(next.reached.chainId)
    try {
      await anchor({ inTransaction, keptOf, retentionDays }, next.reached)
      isAway = false
    } catch (error) {
      if (!isAway) log.warn({ err: error }, 'What the access logs have come to cannot be written to Vault for now')
      isAway = true
      note([waiting.get(next.reached.chainId)?.reached ?? next.reached])
    }
  }

  const note = (all: Reached[]) => {
    for (const reached of all) {
      const known = waiting.get(reached.chainId)
      if (known !== undefined) known.reached = reached
      else if (waiting.size < mostWaiting) waiting.set(reached.chainId, { reached, dueAt: performance.now() + intervalMs })
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
        while (waiting.size > 0 && !isAway && performance.now() < until) await anchorNext()
      }
      let patience: NodeJS.Timeout | undefined
      await Promise.race([rest(), new Promise((resolve) => (patience = setTimeout(resolve, stopPatienceMs)))])
      clearTimeout(patience)
    },
  }
}

async function anchor({ inTransaction, keptOf, retentionDays }: Deps, reached: Reached): Promise<void> {
  const { connectionId, chainId, keyId, seq, head } = reached
  const kept = await keptOf(connectionId)
  // Its owner has disconnected, or has a new key: nobody can check this chain any more.
  if (kept === undefined || keyIdOf(kept.key) !== keyId) return
  const from = kept.anchors.get(chainId)
  // Another process was quicker; or the chain was put back, which its check will find.
  if (from !== undefined && from.seq >= seq) return
  const purgedBefore = new Date(Date.now() - retentionDays * dayMs)
  const isNext =
    from === undefined || (await inTransaction((trx) => continues(trx, { key: kept.key, chainId, from, to: { seq, head }, purgedBefore })))
  if (isNext) {
    if ((await kept.write(chainId, { seq, head })) === 'lost')
      throw new Error('The anchors of a connection were written by another process')
  } else log.error({ connectionId }, 'An access log does not go on from where it was: run `npm run ledger:verify`')
}
