import { describe, expect, test } from '@jest/globals'
import { problemFromResponse, ProblemError } from '../../../addin/api/problem.ts'
import { pauseMs } from '../../../addin/api/query-client.ts'

const answered = (status: number, headers: Record<string, string>) =>
  problemFromResponse(new Response(JSON.stringify({ code: 'service-unavailable', status }), { status, headers }))

describe('what was not answered is asked for again', () => {
  test.each([
    [0, { 'Retry-After': '5' }, 5_000],
    [0, { 'Retry-After': '0' }, 1_000],
    [1, { 'Retry-After': '1' }, 2_000],
    [0, { 'Retry-After': '86400' }, 30_000],
    [0, { 'Retry-After': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 1_000],
    [1, {}, 2_000],
  ])('after failure %i with %j in %i ms', async (failures, headers, expected) => {
    expect(pauseMs(failures, await answered(503, headers))).toBe(expected)
  })

  test('after no answer at all, with growing pauses', () => {
    expect([0, 1].map((failures) => pauseMs(failures, new ProblemError('no-answer')))).toEqual([1_000, 2_000])
  })
})
