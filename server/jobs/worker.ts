// Takes jobs in batches and does them, each queue with its own bound; suspects are done alone (see alone.ts).
import { setTimeout as sleep } from 'node:timers/promises'
import { log } from '../log.ts'
import { type Alone, startAlone } from './alone.ts'
import { type ClaimedJob, endingOf, type Handlers } from './attempt.ts'
import { type Gate, openGate } from './gate.ts'
import { mostAtOnce, type QueueName, queueNames } from './job-data.ts'
import type { Source } from './source.ts'
import type { Suspects, Swept } from './suspects.ts'

export type Worker = { wake: (queue: string) => void; stop: () => Promise<void> }

type Parts = {
  handlers: Handlers
  sources: Record<QueueName, Source>
  suspects: Suspects
  /** Looks for claims that have lapsed, or whose process is gone. */
  sweep(): Promise<Swept>
  retryBaseMs: number
  touchEveryMs: number
  sweepEveryMs: number
}

const idleMs = 1_500
/** Before it the socket may take five seconds to close; all of it has to fit into the 24 of main.ts. */
const drainMs = 15_000
/** While others are under way, places that become free within so long are filled by one claim. */
const gatherMs = 15
const restFactor = 4
const longestRestMs = 100
/** A job is looked for a moment after it is due, since the database's clock decides. */
const dueMarginMs = 5

export function startWorker(parts: Parts): Worker {
  const stopping = new AbortController()
  const givingUp = new AbortController()
  const gate = openGate()
  const doAlone = (queue: QueueName, job: ClaimedJob) => doJob(queue, job, parts, givingUp.signal)
  const alone = startAlone({ ...parts, gate, doJob: doAlone }, stopping.signal)
  const lanes = new Map(queueNames.map((name) => [name, openLane(name, parts, gate, stopping.signal, givingUp.signal)]))
  const touching = setInterval(() => void touchAll(lanes, parts, alone), parts.touchEveryMs)

  return {
    wake: (queue) => [...lanes].find(([name]) => name === queue)?.[1].wake(),
    async stop() {
      stopping.abort()
      for (const lane of lanes.values()) lane.wake()
      const drained = Promise.all([alone.ended, ...[...lanes.values()].map((lane) => lane.ended)])
      await Promise.race([drained, sleep(drainMs, undefined, { ref: false })])
      clearInterval(touching)
      givingUp.abort()
      for (const [name, lane] of lanes) if (lane.running.size > 0) await parts.sources[name].giveBack([...lane.running.keys()])
      await alone.giveBack()
    },
  }
}

type Lane = { running: Map<ClaimedJob, Promise<void>>; wake: () => void; ended: Promise<void> }

function openLane(name: QueueName, parts: Parts, gate: Gate, stopping: AbortSignal, givingUp: AbortSignal): Lane {
  const running: Lane['running'] = new Map()
  const bell = openBell()
  const take = async (job: ClaimedJob) => {
    const dueInSeconds = await doJob(name, job, parts, givingUp)
    running.delete(job)
    gate.leave()
    bell.ring()
    if (dueInSeconds !== undefined && dueInSeconds < 60) setTimeout(bell.ring, dueInSeconds * 1000 + dueMarginMs).unref()
  }
  const loop = async () => {
    while (!stopping.aborted) {
      const free = mostAtOnce[name] - running.size
      await gate.enter()
      const from = performance.now()
      const jobs = free > 0 && !stopping.aborted ? await claimOrNone(name, free, parts) : []
      const tookMs = performance.now() - from
      for (const job of jobs) {
        gate.join()
        running.set(job, take(job))
      }
      gate.leave()
      // A short batch may hide others behind a mailbox that has a job under way: look again at once, until nothing comes.
      if (jobs.length === 0) {
        // Where many jobs wait for one mailbox, it takes time to find none: most of it is left to those who work.
        if (free > 0) await sleep(Math.min(restFactor * tookMs, longestRestMs))
        await bell.heard(idleMs * (0.75 + Math.random() / 2))
      }
      if (running.size > 0) await sleep(gatherMs)
    }
    await Promise.all(running.values())
  }
  return { running, wake: bell.ring, ended: loop() }
}

async function claimOrNone(name: QueueName, free: number, { sources }: Parts): Promise<ClaimedJob[]> {
  try {
    return await sources[name].claim(free)
  } catch (error) {
    log.warn({ err: error, queue: name }, 'No jobs can be taken')
    return []
  }
}

/** In how many seconds it is due again. Never rejects: a job whose end cannot be written stays claimed, and comes back when its lease has run out. */
async function doJob(name: QueueName, job: ClaimedJob, parts: Parts, signal: AbortSignal): Promise<number | undefined> {
  try {
    const ending = await endingOf(name, job, parts.handlers, { signal, retryBaseMs: parts.retryBaseMs })
    await settleFirmly(() => parts.sources[name].settle(job, ending))
    return ending.next?.inSeconds
  } catch (error) {
    log.error({ err: error, queue: name, jobId: job.id }, 'The end of a job cannot be written')
    return undefined
  }
}

/** The database may be away just when a job ends: ask a few times before the work is left to be done again. */
async function settleFirmly(settle: () => Promise<void>, triesLeft = 5): Promise<void> {
  try {
    await settle()
  } catch (error) {
    if (triesLeft === 0) throw error
    await sleep(1_000)
    await settleFirmly(settle, triesLeft - 1)
  }
}

async function touchAll(lanes: Map<QueueName, Lane>, { sources }: Parts, alone: Alone): Promise<void> {
  await alone.touch().catch((error: unknown) => log.warn({ err: error }, 'Suspects cannot be kept'))
  for (const [name, { running }] of lanes) {
    if (running.size === 0) continue
    await sources[name].touch([...running.keys()]).catch((error: unknown) => log.warn({ err: error, queue: name }, 'Jobs cannot be kept'))
  }
}

/** Remembers a ring that nobody was waiting for. */
function openBell() {
  let rung = false
  let answer = () => {}
  return {
    ring() {
      rung = true
      answer()
    },
    async heard(atMostMs: number): Promise<void> {
      if (!rung) {
        const { promise, resolve } = Promise.withResolvers<void>()
        answer = resolve
        const timer = setTimeout(resolve, atMostMs)
        await promise
        clearTimeout(timer)
      }
      rung = false
      answer = () => {}
    },
  }
}
