import { describe, expect, test } from '@jest/globals'
import { usedUpFor } from '../../../../server/boards/monday/rate-limit-header.ts'
import { hasDoneNothing, MondayError, mondayErrorFrom, type Reaction } from '../../../../server/boards/monday/monday-error.ts'
import { afterFailure } from '../../../../server/jobs/retry.ts'
import { UpstreamError } from '../../../../server/upstream/upstream-error.ts'

const now = new Date('2026-11-28T23:00:00Z')
const answer = (body: unknown, status = 200, headers: Record<string, string> = {}) =>
  mondayErrorFrom({ status, headers: new Headers(headers), body }, now)
const saying = (code: string, more: Record<string, unknown> = {}, message = 'x') => ({
  errors: [{ message, extensions: { code, ...more } }],
})

test.each<[code: string, Reaction]>([
  ['COMPLEXITY_BUDGET_EXHAUSTED', 'wait'],
  ['ComplexityException', 'wait'],
  ['maxConcurrencyExceeded', 'wait'],
  ['RateLimitedException', 'wait'],
  ['MutationCallsExceeded', 'wait'],
  ['IP_RATE_LIMIT_EXCEEDED', 'wait'],
  ['API_TEMPORARILY_BLOCKED', 'wait'],
  ['FIELD_LIMIT_EXCEEDED', 'wait'],
  ['DAILY_LIMIT_EXCEEDED', 'park'],
  ['IDEMPOTENCY_CONFLICT', 'running'],
  ['InvalidBoardIdException', 'configuration'],
  ['InvalidColumnIdException', 'configuration'],
  ['InvalidGroupIdException', 'configuration'],
  ['ResourceNotFoundException', 'configuration'],
  ['missingRequiredPermissions', 'configuration'],
  ['UserUnauthorizedException', 'configuration'],
  ['USER_ACCESS_DENIED', 'configuration'],
  ['ItemsLimitationException', 'operator'],
  ['InvalidVersionException', 'operator'],
  ['ColumnValueException', 'data'],
  ['CorrectedValueException', 'data'],
  ['ItemNameTooLongException', 'data'],
  ['InvalidArgumentException', 'data'],
  ['JsonParseException', 'data'],
  ['DATA_VALIDATIONS_ERROR', 'data'],
  ['RecordInvalidException', 'data'],
  ['DeleteLastGroupException', 'data'],
  ['NOT_AUTHENTICATED', 'token'],
  ['SomethingNew', 'unclear'],
])('%s with status 200: %s', (code, reaction) => expect(answer(saying(code))).toMatchObject({ reaction, code }))

test.each<[what: string, unknown, number, Reaction]>([
  [
    'an older form',
    { error_code: 'ComplexityException', error_message: 'Complexity budget exhausted … reset in 3 seconds', status_code: 429 },
    200,
    'wait',
  ],
  ['errors that are texts', { errors: ['Daily limit exceeded'] }, 200, 'park'],
  ['words without a code', { errors: [{ message: 'Rate Limit Exceeded' }] }, 429, 'wait'],
  ['a parse error', { errors: [{ message: 'Parse error on "}"' }] }, 200, 'data'],
  [
    'another code for a restricted address',
    { errors: [{ message: 'Your ip is restricted', extensions: { code: 'NOT_AUTHENTICATED' } }] },
    401,
    'operator',
  ],
  ['nothing but 401', undefined, 401, 'token'],
  ['nothing but 403', undefined, 403, 'configuration'],
  ['nothing but 423', undefined, 423, 'wait'],
  ['nothing but 429', undefined, 429, 'wait'],
  ['nothing but 409', undefined, 409, 'running'],
  ['nothing but 422', undefined, 422, 'data'],
  ['nothing but 500', undefined, 500, 'unclear'],
  ['a code with a status of its own', saying('SomethingNew', { status_code: 404 }), 200, 'configuration'],
  ['a fault of the service, with 200', saying('INTERNAL_SERVER_ERROR', { status_code: 500 }), 200, 'unclear'],
])('%s', (_what, body, status, reaction) => expect(answer(body, status)?.reaction).toBe(reaction))

test('an answer without errors is none', () => expect(answer({ data: {} })).toBeUndefined())

describe('how long to wait', () => {
  test.each([
    ['as the error says', answer(saying('COMPLEXITY_BUDGET_EXHAUSTED', { retry_in_seconds: 7 })), 7],
    ['as its data say', answer(saying('FIELD_LIMIT_EXCEEDED', { error_data: { retry_in_seconds: 15 } })), 15],
    ['as the header says', answer(undefined, 429, { 'retry-after': '12' }), 12],
    ['as the words say', answer({ error_code: 'ComplexityException', error_message: 'budget 1 out of 2 reset in 3 seconds' }), 3],
    ['until midnight UTC', answer(saying('DAILY_LIMIT_EXCEEDED')), 3600],
    ['until midnight, as told', answer(saying('DAILY_LIMIT_EXCEEDED', { retry_in_seconds: 3599 })), 3599],
  ])('%s', (_what, error, seconds) => expect(error?.retryAfterSeconds).toBe(seconds))

  test.each<[string | null, number | undefined]>([
    [null, undefined],
    ['"minuteRate";r=4999;t=58, "concurrency";r=249, "complexityMinute";r=9990000;t=58', undefined],
    ['"minuteRate";r=0;t=58, "concurrency";r=249', 58],
    ['"minuteRate";r=12;t=58, "complexityMinute";r=9999;t=31', 31],
    ['"minuteRate";r=0, "concurrency";r=0', undefined],
    ['"concurrency";r=0;t=9', undefined],
    ['no such thing', undefined],
  ])('by the header %s', (header, seconds) => expect(usedUpFor(header)).toBe(seconds))
})

test('what waits counts no attempt, what is for the operator is given up at once', () => {
  const verdicts = ['COMPLEXITY_BUDGET_EXHAUSTED', 'DAILY_LIMIT_EXCEEDED', 'IDEMPOTENCY_CONFLICT', 'ItemsLimitationException'].map((code) =>
    Object.keys(afterFailure(answer(saying(code)), 8, 2000, 0)),
  )
  expect(verdicts).toEqual([['parkSeconds'], ['parkSeconds'], ['parkSeconds'], ['giveUp']])
})

test('only what was certainly not done is said to be nothing', () => {
  const of = (reaction: Reaction) => new MondayError(reaction, { status: 429, code: 'x' })
  const reactions: Reaction[] = ['wait', 'park', 'configuration', 'data', 'token', 'operator', 'running', 'unclear']
  expect(reactions.filter((reaction) => !hasDoneNothing(of(reaction)))).toEqual(['running', 'unclear'])
  const network = (code: string) => new UpstreamError('monday', { status: 0, code })
  expect(['ECONNREFUSED', 'ENOTFOUND', 'wrong-host', 'timeout', 'UND_ERR_SOCKET', 'ECONNRESET'].map((code) => hasDoneNothing(network(code)))).toEqual([true, true, true, false, false, false]) // prettier-ignore
})

test('nothing of what was sent or said is kept, but the code and the column', () => {
  const error = answer(
    saying('ColumnValueException', { error_data: { column_id: 'status', label: 'Secret' } }, 'The label Secret is not there'),
  )
  expect(error).toMatchObject({ columnId: 'status', message: 'monday answered 422 (ColumnValueException)' })
  expect(JSON.stringify(error) + String(error?.stack)).not.toContain('Secret')
})
