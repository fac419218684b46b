import { describe, expect, test } from '@jest/globals'
import { afterFailure } from '../../../server/jobs/retry.ts'
import { UpstreamError } from '../../../server/upstream/upstream-error.ts'

const baseMs = 2_000
const answered = (status: number, retryAfterSeconds?: number) => new UpstreamError('graph', { status, retryAfterSeconds })

describe('after a failure', () => {
  test.each([
    ['the first pause is the base at most', 1, 2],
    ['pauses double', 2, 4],
    ['pauses double again', 4, 16],
    ['pauses stay finite', 7, 128],
  ])('%s', (_name, attempt, seconds) => {
    expect(afterFailure(new Error('odd'), attempt, baseMs, 1)).toEqual({ retryInSeconds: seconds })
    expect(afterFailure(new Error('odd'), attempt, baseMs, 0)).toEqual({ retryInSeconds: seconds / 2 })
  })

  test('no pause is longer than five minutes', () => {
    expect(afterFailure(new Error('odd'), 7, 60_000, 1)).toEqual({ retryInSeconds: 300 })
  })

  test('the eighth failure is the last', () => {
    expect(afterFailure(new Error('odd'), 7, baseMs)).toHaveProperty('retryInSeconds')
    expect(afterFailure(new Error('odd'), 8, baseMs)).toHaveProperty('giveUp')
  })

  test.each([500, 502, 503, 504])('an outage (%i) counts no attempt, however many there were', (status) => {
    expect(afterFailure(answered(status), 8, baseMs, 0)).toEqual({ parkSeconds: 10 })
    expect(afterFailure(answered(status), 8, baseMs, 1)).toEqual({ parkSeconds: 20 })
  })

  test.each([429, 503])('Retry-After of a %i is obeyed, and never undercut', (status) => {
    expect(afterFailure(answered(status, 60), 1, baseMs, 0)).toEqual({ parkSeconds: 60 })
    expect(afterFailure(answered(status, 2.128), 1, baseMs, 1)).toEqual({ parkSeconds: expect.closeTo(2.34, 2) })
  })

  test('a Retry-After of a week waits an hour', () => {
    expect(afterFailure(answered(429, 604_800), 1, baseMs, 0)).toEqual({ parkSeconds: 3600 })
  })

  test.each([400, 403, 405, 410])('a refusal (%i) is not tried again', (status) => {
    expect(afterFailure(answered(status), 1, baseMs)).toHaveProperty('giveUp')
  })

  test.each([404, 409, 423])('what may be otherwise a moment later (%i) is tried again', (status) => {
    expect(afterFailure(answered(status), 1, baseMs)).toHaveProperty('retryInSeconds')
  })

  test.each(['57P01', '08006', '53300', 'ECONNREFUSED'])('a database that is away (%s) counts no attempt', (code) => {
    expect(afterFailure(Object.assign(new Error('away'), { code }), 8, baseMs)).toHaveProperty('parkSeconds')
  })

  test.each([undefined, null, 'text', 7])('whatever is thrown (%p) has a verdict', (thrown) => {
    expect(afterFailure(thrown, 1, baseMs)).toHaveProperty('retryInSeconds')
  })
})
