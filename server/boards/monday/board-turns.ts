// Writes to one board come one after the other, over all processes: monday.com says that data may be corrupted otherwise, and answers 423.
// Within a process few wait for a board, and the others get a time to come again: a run that waits holds a place that another board could use.
import { waitForLease } from '../../database/leases.ts'
import type { Database } from '../../database/schema.ts'
import { MondayError } from './monday-error.ts'

export type BoardTurns = {
  /** Throws where there is no place to wait: before anything is asked that would be asked once more. */
  refuseWhileBusy(boardId: string): void
  take<Result>(boardId: string, write: () => Promise<Result>): Promise<Result>
}

/** Of one board, with the one that writes. */
const mostOfBoard = 3
/** Of all boards: fewer than a process carries out runs, so that others always have a place. */
const mostOfAll = 6
/** It is kept while the write goes on; after the death of its holder others wait so long. */
const leaseSeconds = 5
const keepEveryMs = 1000
const longestWaitMs = 10_000
const usualSeconds = 0.5

type Queue = { waiting: number; last: Promise<unknown>; freeAt: number; seconds: number }

export function openBoardTurns(db: Database): BoardTurns {
  const queues = new Map<string, Queue>()
  let inAll = 0

  const refuseWhileBusy = (boardId: string) => {
    const queue = queues.get(boardId)
    if ((queue?.waiting ?? 0) < mostOfBoard && inAll < mostOfAll) return
    throw busy(queue === undefined ? usualSeconds : secondsInLine(queue))
  }

  return {
    refuseWhileBusy,
    async take(boardId, write) {
      refuseWhileBusy(boardId)
      const queue = queues.get(boardId) ?? { waiting: 0, last: Promise.resolve(), freeAt: 0, seconds: usualSeconds }
      queues.set(boardId, queue)
      queue.waiting += 1
      inAll += 1
      const turn = queue.last.then(() => timed(queue, () => writeHolding(db, boardId, write)))
      queue.last = turn.catch(() => undefined)
      try {
        return await turn
      } finally {
        inAll -= 1
        queue.waiting -= 1
        if (queue.waiting === 0 && queue.freeAt < performance.now()) queues.delete(boardId)
      }
    },
  }
}

/** Each that is sent away comes when those before it are done: all at once they would be sent away again. */
function secondsInLine(queue: Queue): number {
  queue.freeAt = Math.max(performance.now(), queue.freeAt) + queue.seconds * 1000
  return (queue.freeAt - performance.now()) / 1000
}

async function timed<Result>(queue: Queue, work: () => Promise<Result>): Promise<Result> {
  const from = performance.now()
  try {
    return await work()
  } finally {
    queue.seconds = 0.8 * queue.seconds + 0.2 * ((performance.now() - from) / 1000)
  }
}

async function writeHolding<Result>(db: Database, boardId: string, write: () => Promise<Result>): Promise<Result> {
  const lease = await waitForLease(db, `monday-board:${boardId}`, { seconds: leaseSeconds, patienceMs: longestWaitMs })
  if (lease === undefined) throw busy(usualSeconds)
  // A lease that is lost meanwhile costs a 423 at worst: the write goes on.
  const keeping = setInterval(() => void lease.keep().catch(() => clearInterval(keeping)), keepEveryMs)
  try {
    return await write()
  } finally {
    clearInterval(keeping)
    await lease.release()
  }
}

/** A matter of this side of the wire: nothing has left. */
const busy = (seconds: number) => new MondayError('wait', { status: 429, code: 'board-busy', retryAfterSeconds: seconds })
