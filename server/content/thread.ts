// A thread for work that may be heavy. It starts when there is work and ends after a while without any. It has its own memory and a
// share of time, measured by its own CPU time, so that a busy machine counts against no one.
import { fileURLToPath } from 'node:url'
import type { Worker } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { type Part, parts } from './judge-mail.ts'
import type { Progress, Results, TaskName, Tasks } from './tasks.ts'
import { TooHeavy } from './too-heavy.ts'

export type Thread = {
  /** Throws TooHeavy if the work takes more than its share: then the thread has ended, and the next work starts another. */
  run<Name extends TaskName>(name: Name, task: Tasks[Name]): Promise<Results[Name]>
  stop(): Promise<void>
}

export type Share = {
  memoryMb: number
  /** For one part of the work, and for all of it. */
  partMs: number
  wholeMs: number
  /** How much lower its priority is than that of the threads that answer people. */
  niceIncrement: number
}

const entry = fileURLToPath(new URL('tasks.ts', import.meta.url))
const idleMs = 30_000
const watchEveryMs = 100
/** A thread that does not even report its CPU time is stopped after this many times its share. */
const patienceFactor = 12
/** A step far beyond the engine's own limit ends the whole process, so that limit is this many times the share, which is watched. */
const hardFactor = 2

export function openThread(share: Share): Thread {
  const { memoryMb, niceIncrement } = share
  const pool = new Piscina({
    filename: entry,
    minThreads: 0,
    maxThreads: 1,
    idleTimeout: idleMs,
    niceIncrement,
    recordTiming: false,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb * hardFactor, maxYoungGenerationSizeMb: 32 },
  })
  return {
    async run(name, task) {
      const progress: Progress = new Int32Array(new SharedArrayBuffer(12))
      const watch = watchShare(pool, progress, share)
      try {
        return await pool.run({ task, progress }, { name, signal: watch.signal })
      } catch (error) {
        const excess = watch.excess() ?? (isOutOfMemory(error) ? 'part' : undefined)
        if (excess === undefined) throw error
        throw new TooHeavy({ ...placeIn(progress), isWhole: excess === 'whole' })
      } finally {
        watch.end()
      }
    },
    stop: () => pool.destroy(),
  }
}

const placeIn = (progress: Progress): { part: Part; recipe: number } => ({
  part: parts[Atomics.load(progress, 1)] ?? 'read',
  recipe: Atomics.load(progress, 2),
})

const isOutOfMemory = (error: unknown) =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY'

function watchShare(pool: Piscina, progress: Progress, { memoryMb, partMs, wholeMs }: Share) {
  const controller = new AbortController()
  const since = performance.now()
  let excess: 'part' | 'whole' | undefined
  let [begun, beganAt, partAt, partsDone] = [false, 0, 0, 0]

  const end = (what: 'part' | 'whole') => {
    excess ??= what
    controller.abort()
  }
  const look = (usedMs: number) => {
    const count = Atomics.load(progress, 0)
    if (count === 0) return
    if (!begun) [begun, beganAt] = [true, usedMs]
    if (count !== partsDone) [partsDone, partAt] = [count, usedMs]
    if (usedMs - partAt > partMs) end('part')
    else if (usedMs - beganAt > wholeMs) end('whole')
  }
  const lookAtHeap = (usedBytes: number) => {
    if (begun && usedBytes > memoryMb * 1024 * 1024) end('part')
  }
  const askTime = oneAtATime(async (thread) => {
    const { user, system } = await thread.cpuUsage()
    look((user + system) / 1000)
  })
  // The thread answers between two steps of the work, so a long step delays the answer.
  const askHeap = oneAtATime(async (thread) => lookAtHeap((await thread.getHeapStatistics()).used_heap_size))
  const timer = setInterval(() => {
    if (performance.now() - since > wholeMs * patienceFactor) return end('part')
    const [thread] = pool.threads
    if (thread === undefined) return
    askTime(thread)
    askHeap(thread)
  }, watchEveryMs)
  return { signal: controller.signal, excess: () => excess, end: () => clearInterval(timer) }
}

function oneAtATime(ask: (thread: Worker) => Promise<void>): (thread: Worker) => void {
  let isAsking = false
  return (thread) => {
    if (isAsking) return
    isAsking = true
    ask(thread)
      // It has just ended, and its work reports that itself.
      .catch(() => undefined)
      .finally(() => (isAsking = false))
  }
}
