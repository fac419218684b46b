// Caches a result that anyone may request and that is expensive to find: found once for all simultaneous requests, and kept for a while.
import { setTimeout as wait } from 'node:timers/promises'

export type KeptOptions = {
  keptMs: number
  /** A mark that changes when the result may have changed: an earlier result is then dropped. */
  mark?: () => Promise<unknown>
  /** However often the mark changes, the result is not found more often than this. */
  pauseMs?: number
}

export function kept<Value>(findOut: () => Promise<Value>, { keptMs, mark = async () => undefined, pauseMs = 0 }: KeptOptions) {
  let found: { value: Promise<Value>; mark: unknown; until: number; next: number } | undefined
  let asking: Promise<Value> | undefined

  const askAnew = async (): Promise<Value> => {
    const next = found?.next ?? 0
    if (performance.now() < next) await wait(next - performance.now())
    const now = performance.now()
    // The mark first: a change during the work makes the result outdated.
    found = { mark: await mark(), value: findOut(), until: now + keptMs, next: now + pauseMs }
    return found.value
  }

  return async (): Promise<Value> => {
    if (asking !== undefined) return asking
    if (found !== undefined && performance.now() < found.until && (await mark()) === found.mark) return found.value
    asking ??= askAnew().finally(() => (asking = undefined))
    return asking
  }
}
