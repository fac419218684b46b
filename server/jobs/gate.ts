// A process works on many jobs at once, or on one alone.
export type Gate = {
  /** Waits while one is alone. What has come in counts until it leaves. */
  enter(): Promise<void>
  /** For those that follow from what is inside already, or that stop being alone. */
  join(): void
  leave(): void
  /** Lets nobody in, and waits until all have left. false, and open again: they did not within so long. */
  close(withinMs: number): Promise<boolean>
  open(): void
}

export function openGate(): Gate {
  let inside = 0
  let opened: PromiseWithResolvers<void> | undefined
  let onEmpty = () => {}

  const open = () => {
    opened?.resolve()
    opened = undefined
  }
  return {
    async enter() {
      while (opened !== undefined) await opened.promise
      inside += 1
    },
    join: () => void (inside += 1),
    leave() {
      inside -= 1
      if (inside === 0) onEmpty()
    },
    async close(withinMs) {
      opened ??= Promise.withResolvers<void>()
      if (inside === 0) return true
      const { promise, resolve } = Promise.withResolvers<void>()
      onEmpty = resolve
      const timer = setTimeout(resolve, withinMs)
      await promise
      clearTimeout(timer)
      onEmpty = () => {}
      if (inside === 0) return true
      open()
      return false
    },
    open,
  }
}
