// What anybody may ask for and costs something to find out: found out once for all who ask at the same time, and kept a while.
import { setTimeout as wait } from 'node:timers/promises'

export type KeptOptions = {
  keptMs: number
  /** A mark that changes with what is asked about, where there is one: what was found out before is not kept then. */
  mark?: () => Promise<unknown>
  /** However often the mark changes, it is not found out more often than this. */
  pauseMs?: number
}

export function kept<Value>(findOut: () => Promise<Value>, { keptMs, mark = async () => undefined, pauseMs = 0 }: KeptOptions) {
  let found: { value: Promise<Value>; mark: unknown; until: number; next: number } | undefined
  let asking: Promise<Value> | undefined

  const askAnew = async (): Promise<Value> => {
    const next = found?.next ?? 0
    if (performance.now() < next) await wait(next - performance.now())
    const now = performance.now()
    // The mark first: what changes while it is found out makes it old.
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
