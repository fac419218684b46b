// Tries suspects one by one, each with nothing else under way in this process; HTTP and other processes go on. Between two
// turns of suspects the others have the process for at least as long, so that neither waits for the other for ever.
import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import type { ClaimedJob } from './attempt.ts'
import type { Gate } from './gate.ts'
import type { QueueName } from './job-data.ts'
import type { Source } from './source.ts'
import type { Suspect, Suspects, Swept } from './suspects.ts'

type Parts = {
  suspects: Suspects
  sources: Record<QueueName, Pick<Source, 'touch' | 'giveBack'>>
  gate: Gate
  sweep(): Promise<Swept>
  sweepEveryMs: number
  /** Does it and writes down its end. Never rejects. */
  doJob(queue: QueueName, job: ClaimedJob): Promise<unknown>
}

export type Alone = { ended: Promise<void>; touch(): Promise<void>; giveBack(): Promise<void> }

/** Suspects follow each other within so long; then the others have their turn. */
const turnMs = 250
const shortestRestMs = 50
/** How long the jobs under way are waited for; twice as long each time that they did not end. */
const shortestPatienceMs = 1_000
const longestPatienceMs = 4_000
/** How long a suspect has the process for itself; twice as long with each lapse, for those that take long to do their harm. */
const shortestAloneMs = 5_000
const longestAloneMs = 60_000

export function startAlone(parts: Parts, stopping: AbortSignal): Alone {
  const { sources, gate, sweep, sweepEveryMs } = parts
  const running = new Map<Suspect, Promise<unknown>>()

  const loop = async () => {
    let patienceMs = shortestPatienceMs
    while (!stopping.aborted) {
      const from = performance.now()
      const isOneDue = await isSuspectDue(sweep)
      if (isOneDue && !stopping.aborted) {
        const isQuiet = await gate.close(patienceMs)
        if (isQuiet) await haveTurn(parts, running, stopping).finally(gate.open)
        patienceMs = isQuiet ? shortestPatienceMs : Math.min(patienceMs * 2, longestPatienceMs)
      }
      await sleep(isOneDue ? Math.max(shortestRestMs, performance.now() - from) : sweepEveryMs, undefined, { signal: stopping }).catch(
        () => undefined,
      )
    }
    await Promise.all(running.values())
  }
  const each = async (what: 'touch' | 'giveBack') => {
    for (const { queue, job } of running.keys()) await sources[queue][what]([job])
  }
  return { ended: loop(), touch: () => each('touch'), giveBack: () => each('giveBack') }
}

async function isSuspectDue(sweep: Parts['sweep']): Promise<boolean> {
  try {
    const { isOneDue, deaths } = await sweep()
    if (deaths > 0) metrics.jobDeaths.inc(deaths)
    return isOneDue
  } catch (error) {
    log.warn({ err: error }, 'Lapsed claims cannot be looked up')
    return false
  }
}

async function haveTurn(parts: Parts, running: Map<Suspect, Promise<unknown>>, stopping: AbortSignal): Promise<void> {
  const until = performance.now() + turnMs
  do {
    const suspect = await parts.suspects.claim().catch((error: unknown) => {
      log.warn({ err: error }, 'No suspect can be taken')
      return undefined
    })
    if (suspect === undefined || !(await doAlone(parts, running, suspect))) return
  } while (performance.now() < until && !stopping.aborted)
}

/** false: it takes longer than it may have the process for itself, and goes on beside the others. */
async function doAlone({ suspects, gate, doJob }: Parts, running: Map<Suspect, Promise<unknown>>, suspect: Suspect): Promise<boolean> {
  const { queue, job, lapses } = suspect
  const work = doJob(queue, job).finally(() => running.delete(suspect))
  running.set(suspect, work)
  const timeout = new AbortController()
  const aloneMs = Math.min(shortestAloneMs * 2 ** Math.max(lapses - 1, 0), longestAloneMs)
  const late = sleep(aloneMs, 'late' as const, { signal: timeout.signal }).catch(() => 'ended' as const)
  const first = await Promise.race([work.then(() => 'ended' as const), late])
  timeout.abort()
  if (first === 'ended') return true
  log.warn({ queue, jobId: job.id, seconds: aloneMs / 1000 }, 'A job that is tried alone takes long, and others go on beside it')
  gate.join()
  void work.finally(gate.leave)
  // Where this cannot be written its death would count, as it would have a moment ago.
  await suspects.share(suspect).catch((error: unknown) => log.warn({ err: error, queue, jobId: job.id }, 'A job cannot be shared'))
  return false
}
