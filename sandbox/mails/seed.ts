import type { Mail } from '../graph/message.ts'
import type { Sandbox } from '../sandbox.ts'
import { automaticMails } from './automatic-mails.ts'
import { englishMails } from './english-mails.ts'
import { frenchMails } from './french-mails.ts'
import { sentMails } from './sent-mails.ts'

const minuteMs = 60_000

/** Messages of the last days for the first person; the last one is the newest. */
export function seedMails(now: Date): Mail[] {
  const all = [...frenchMails, ...englishMails, ...automaticMails].toSorted((one, other) => other.minutesAgo - one.minutesAgo)
  return all.map(({ minutesAgo, ...mail }) => ({ ...mail, receivedAt: new Date(now.getTime() - minutesAgo * minuteMs) }))
}

export async function deliverSeedMails({ entra, graph }: Sandbox, now = new Date()): Promise<void> {
  const [first] = entra.people
  if (!first) return
  for (const mail of seedMails(now)) await graph.deliver(first, mail, { notifications: 0 })
  for (const { minutesAgo, folder, ...mail } of sentMails) {
    const receivedAt = new Date(now.getTime() - minutesAgo * minuteMs)
    await graph.deliver(first, { ...mail, receivedAt, isRead: true }, { notifications: 0, folder })
  }
}
