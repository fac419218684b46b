import { setTimeout as wait } from 'node:timers/promises'

type Truthy<T> = Exclude<NonNullable<T>, false | '' | 0>

/** Waits until `condition` is true, and returns its result. A test waits for conditions, never for time. */
export async function until<T>(condition: () => T | Promise<T>, timeoutMs = 240_000): Promise<Truthy<T>> {
  const deadline = Date.now() + timeoutMs
  for (;;) {
    const value = await condition()
    if (value) return value as Truthy<T>
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms: ${condition.toString().slice(0, 300)}`)
    await wait(30)
  }
}
