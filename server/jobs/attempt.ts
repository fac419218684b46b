// One attempt of a job. Anything it throws is caught here and decides what follows: another attempt later, or none.
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { CoolingDown } from '../upstream/upstream-error.ts'
import type { JobData, QueueName } from './job-data.ts'
import { afterFailure, longestPauseSeconds } from './retry.ts'

export const mostDeaths = 3

/** Not yet: the same job again, or a changed one, in so many seconds. Counts no attempt. */
export type Again<Name extends QueueName> = { again: JobData<Name>; inSeconds: number }

export type Handler<Name extends QueueName> = {
  work(data: JobData<Name>, signal: AbortSignal): Promise<Again<Name> | void>
  /** There will be no further attempt. */
  onGiveUp?(data: JobData<Name>, error: unknown): Promise<void>
}
export type Handlers = { [Name in QueueName]: Handler<Name> }

/** `id`: the claim's ID. `group`: only one job of a group is in progress at a time. `deaths`: how often its process has died while it was tried alone. */
export type ClaimedJob = { id: string; attempt: number; group: string; data: JobData<QueueName>; deaths?: number }
type NextAttempt = { attempt: number; data: JobData<QueueName>; inSeconds: number }
export type Ending = { end: 'done' | 'again' | 'parked' | 'failed' | 'gave-up'; next?: NextAttempt; waitsFor?: CoolingDown }
type Circumstances = { signal: AbortSignal; retryBaseMs: number }

export async function endingOf(name: QueueName, job: ClaimedJob, handlers: Handlers, circumstances: Circumstances): Promise<Ending> {
  const ending = await judge(name, job, handlers[name], circumstances)
  metrics.jobs.inc({ queue: name, end: ending.end })
  return ending
}

async function judge<Name extends QueueName>(name: Name, job: ClaimedJob, handler: Handler<Name>, at: Circumstances): Promise<Ending> {
  const data = job.data as JobData<Name>
  const next = (attempt: number, inSeconds: number, nextData = data) => ({ next: { attempt, data: nextData, inSeconds } })
  const giveUp = async (error: unknown): Promise<Ending> => {
    try {
      await handler.onGiveUp?.(data, error)
      return { end: 'gave-up' }
    } catch (failure) {
      log.warn({ err: failure, queue: name, jobId: job.id }, 'A job could not be given up')
      return { end: 'failed', ...next(job.attempt, longestPauseSeconds) }
    }
  }
  try {
    if ((job.deaths ?? 0) >= mostDeaths) {
      alarmOf(name, job)
      // A job that takes its process along must not do so for ever. What nobody can give up is tried again after long pauses.
      if (handler.onGiveUp !== undefined) throw new ProcessDied()
    }
    const again = await handler.work(data, at.signal)
    return again ? { end: 'again', ...next(job.attempt, again.inSeconds, again.again) } : { end: 'done' }
  } catch (error) {
    const after = error instanceof ProcessDied ? { giveUp: error.message } : afterFailure(error, job.attempt, at.retryBaseMs)
    const retryInSeconds = 'giveUp' in after ? undefined : 'parkSeconds' in after ? after.parkSeconds : after.retryInSeconds
    // What was not tried is counted (see connections/cooldowns.ts), and the failure that it waits for stands in the log.
    if (!(error instanceof CoolingDown))
      log.warn({ err: error, queue: name, jobId: job.id, attempt: job.attempt, retryInSeconds }, 'An attempt failed')
    if ('giveUp' in after) return await giveUp(error)
    // Its mailbox waits as a whole (see inbox/claim-store.ts).
    const waitsFor = error instanceof CoolingDown ? { waitsFor: error } : {}
    if ('parkSeconds' in after) return { end: 'parked', ...next(job.attempt, after.parkSeconds), ...waitsFor }
    return { end: 'failed', ...next(job.attempt + 1, after.retryInSeconds) }
  }
}

/** Its process died each time that the job was tried alone. */
export class ProcessDied extends Error {
  override name = 'ProcessDied'
  constructor() {
    super('its process died at every attempt')
  }
}

function alarmOf(queue: QueueName, { id: jobId, deaths: count }: ClaimedJob): void {
  metrics.alarms.inc({ alarm: 'job-ends-process' })
  log.error({ queue, jobId, count }, 'A job has ended its process each time that it was tried alone')
}
