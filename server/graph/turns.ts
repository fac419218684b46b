// Graph allows four calls at once per mailbox and refuses the fifth. Calls of this process wait for their turn instead.
// When Graph answers "later" for a mailbox, no call is made for that mailbox until then.
const atOnce = 4
const longestPauseSeconds = 3600

export type Turns = {
  take(mailboxId: string): Promise<() => void>
  /** Graph wants no calls for this mailbox for a while. */
  pause(mailboxId: string, seconds: number): void
  /** Seconds to wait; 0: a call may be made. */
  pausedFor(mailboxId: string): number
}

export function openTurns(): Turns {
  const mailboxes = new Map<string, { busy: number; waiting: (() => void)[] }>()
  const pausedUntil = new Map<string, number>()

  return {
    pause(mailboxId, seconds) {
      pausedUntil.set(
        mailboxId,
        Math.max(performance.now() + Math.min(seconds, longestPauseSeconds) * 1000, pausedUntil.get(mailboxId) ?? 0),
      )
    },
    pausedFor(mailboxId) {
      const seconds = ((pausedUntil.get(mailboxId) ?? 0) - performance.now()) / 1000
      if (seconds > 0) return seconds
      pausedUntil.delete(mailboxId)
      return 0
    },
    async take(mailboxId) {
      const mailbox = mailboxes.get(mailboxId) ?? { busy: 0, waiting: [] }
      mailboxes.set(mailboxId, mailbox)
      if (mailbox.busy >= atOnce) await new Promise<void>((resolve) => mailbox.waiting.push(resolve))
      else mailbox.busy += 1
      let isGivenBack = false
      return () => {
        if (isGivenBack) return
        isGivenBack = true
        const next = mailbox.waiting.shift()
        if (next !== undefined) return next()
        mailbox.busy -= 1
        if (mailbox.busy === 0) mailboxes.delete(mailboxId)
      }
    },
  }
}
