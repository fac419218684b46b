// What follows a failed attempt. An outage, or a service that says "later", counts no attempt: nothing is lost to it.
// Whatever else fails is tried again with growing pauses, and given up after eight attempts.
import { isAway, isDeadlock } from '../database/postgres.ts'
import { isOutage, UpstreamError } from '../upstream/upstream-error.ts'

export type AfterFailure = { retryInSeconds: number } | { parkSeconds: number } | { giveUp: string }

export const mostAttempts = 8
export const longestPauseSeconds = 300
/** The same in bases, for pauses that are shorter where the base is. */
export const longestPauseBases = 150
const longestRetryAfterSeconds = 3600

export function afterFailure(error: unknown, attempt: number, retryBaseMs: number, random: number = Math.random()): AfterFailure {
  const retryAfterSeconds = error instanceof UpstreamError ? error.retryAfterSeconds : undefined
  const isThrottled = error instanceof UpstreamError && error.status === 429
  if (isThrottled || isOutage(error) || isAway(error))
    return { parkSeconds: retryAfterSeconds === undefined ? parkSeconds(retryBaseMs, random) : obeyed(retryAfterSeconds, random) }
  if (isDeadlock(error)) return { parkSeconds: pauseSeconds(1, retryBaseMs, random) }
  if (error instanceof UpstreamError && isPermanent(error.status)) return { giveUp: error.message }
  if (attempt >= mostAttempts) return { giveUp: 'it fails every time' }
  return {
    retryInSeconds: retryAfterSeconds === undefined ? pauseSeconds(attempt, retryBaseMs, random) : obeyed(retryAfterSeconds, random),
  }
}

/** Doubles with each attempt, with jitter between a half and the whole, at most five minutes. */
function pauseSeconds(attempt: number, retryBaseMs: number, random: number): number {
  const whole = Math.min((retryBaseMs / 1000) * 2 ** (attempt - 1), longestPauseSeconds)
  return whole * (0.5 + random / 2)
}

/** Five to ten times the base: with its default a backlog starts within 20 seconds of the end of an outage. */
const parkSeconds = (retryBaseMs: number, random: number) => Math.min((retryBaseMs / 1000) * (5 + random * 5), longestPauseSeconds)

/** Never earlier than told, and up to a tenth later, so that those who wait do not all come at once. */
const obeyed = (seconds: number, random: number) => Math.min(Math.max(seconds, 0), longestRetryAfterSeconds) * (1 + random / 10)

/** Answers that stay the same however often one asks; 404 is left out, for a fresh mail may be seen a moment later. */
function isPermanent(status: number): boolean {
  return status >= 400 && status < 500 && ![404, 408, 409, 423, 424, 425, 429].includes(status)
}
