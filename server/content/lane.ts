// Work that waits for a thread. People take turns, so that one person's work delays only their own.
import type { Results, TaskName, Tasks } from './tasks.ts'
import { openThread, type Share, type Thread } from './thread.ts'

export type Lane = {
  run<Name extends TaskName>(personId: string, name: Name, task: Tasks[Name]): Promise<Results[Name]>
  stop(): Promise<void>
}

type Start = (thread: Thread) => void

export function openLane(threads: number, share: Share): Lane {
  const all = Array.from({ length: threads }, () => openThread(share))
  const free = [...all]
  /** By person; the next one comes first. */
  const waiting = new Map<string, Start[]>()
  const busy = new Map<string, number>()

  const startNext = () => {
    // The last free thread is for people who have none yet.
    const next = [...waiting].find(([personId]) => free.length > 1 || threads === 1 || !busy.has(personId))
    const thread = next && free.pop()
    if (next === undefined || thread === undefined) return
    const [personId, [start, ...others]] = next
    waiting.delete(personId)
    if (others.length > 0) waiting.set(personId, others)
    busy.set(personId, (busy.get(personId) ?? 0) + 1)
    start?.(thread)
  }

  const turnOf = (personId: string) =>
    new Promise<Thread>((resolve) => {
      waiting.set(personId, [...(waiting.get(personId) ?? []), resolve])
      startNext()
    })

  return {
    async run(personId, name, task) {
      const thread = await turnOf(personId)
      try {
        return await thread.run(name, task)
      } finally {
        free.push(thread)
        const left = (busy.get(personId) ?? 1) - 1
        if (left > 0) busy.set(personId, left)
        else busy.delete(personId)
        startNext()
      }
    },
    stop: async () => void (await Promise.all(all.map((thread) => thread.stop()))),
  }
}
