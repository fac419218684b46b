import { setTimeout as wait } from 'node:timers/promises'

/** Waits until `condition` holds, and gives what it gave. A test waits for conditions, never for time. */
export async function until<T>(condition: () => T | Promise<T>, timeoutMs = 20_000): Promise<NonNullable<Exclude<T, false>>> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value) return value as NonNullable<Exclude<T, false>>
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString().slice(0, 300)}`)
    await wait(30)
  }
}
