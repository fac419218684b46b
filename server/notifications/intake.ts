// Gathers what arrives within a moment into one transaction: a commit for each notification is what would cost, not the
// notification. Whoever waits learns that it is committed, or, in good time for Graph to send it again, that it is not.
import { setTimeout as sleep } from 'node:timers/promises'
import { type InboxDeps, keepInInbox } from './inbox.ts'
import type { Notification } from './notification.ts'

export type Intake = { keep(notifications: Notification[]): Promise<'committed' | 'not-committed'> }

type Post = { notifications: Notification[]; answer: (outcome: 'committed' | 'not-committed') => void }

const gatherMs = 2
const mostInBatch = 200
const mostWaiting = 10_000
/** Graph waits three seconds. */
const patienceMs = 2_500

export function openIntake(deps: InboxDeps, onError: (error: unknown) => void): Intake {
  const waiting = new Set<Post>()
  let isWriting = false

  const takeBatch = (): Post[] => {
    const batch: Post[] = []
    let size = 0
    for (const post of waiting) {
      if (size > 0 && size + post.notifications.length > mostInBatch) break
      waiting.delete(post)
      batch.push(post)
      size += post.notifications.length
    }
    return batch
  }

  const write = async () => {
    isWriting = true
    await sleep(gatherMs)
    while (waiting.size > 0) {
      const batch = takeBatch()
      const outcome = await commit(deps, batch, onError)
      for (const { answer } of batch) answer(outcome)
    }
    isWriting = false
  }

  return {
    keep: (notifications) =>
      new Promise((resolve) => {
        if (waiting.size >= mostWaiting) return resolve('not-committed')
        const timer = setTimeout(() => post.answer('not-committed'), patienceMs)
        const post: Post = {
          notifications,
          answer(outcome) {
            clearTimeout(timer)
            waiting.delete(post)
            resolve(outcome)
          },
        }
        waiting.add(post)
        if (!isWriting) void write()
      }),
  }
}

async function commit(deps: InboxDeps, batch: Post[], onError: (error: unknown) => void): Promise<'committed' | 'not-committed'> {
  try {
    await keepInInbox(
      deps,
      batch.flatMap(({ notifications }) => notifications),
    )
    return 'committed'
  } catch (error) {
    onError(error)
    return 'not-committed'
  }
}
