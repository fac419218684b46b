// Graph takes four calls at once for a mailbox; the fifth is refused. Calls of this process wait for their turn instead.
const atOnce = 4

export type Turns = { take(mailboxId: string): Promise<() => void> }

export function openTurns(): Turns {
  const mailboxes = new Map<string, { busy: number; waiting: (() => void)[] }>()

  return {
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
