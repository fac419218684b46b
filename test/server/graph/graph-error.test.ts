import { expect, test } from '@jest/globals'
import { graphErrorFrom, isDefinite, isRefusal } from '../../../server/graph/graph-error.ts'

const error = (body: unknown, headers: Record<string, string> = {}, status = 400) =>
  graphErrorFrom({ status, headers: new Headers(headers), text: typeof body === 'string' ? body : JSON.stringify(body) }, new Date())

test.each([
  ['the code', { error: { code: 'ErrorItemNotFound', message: 'secret words' } }, 'ErrorItemNotFound'],
  ['the inner code', { error: { code: 'TooMany', innerError: { code: 'throttledRequest' } } }, 'throttledRequest'],
  ['its other spelling', { error: { code: 'a', innererror: { code: 'b', innerError: { code: 'c' } } } }, 'c'],
  ['the outer one where the inner has none', { error: { code: 'a', innerError: { date: 'x' } } }, 'a'],
  ['the outer one where the inner repeats the status', { error: { code: 'a', innerError: { code: '429' } } }, 'a'],
  ['none that is a sentence', { error: { code: 'The mail of Ann' } }, undefined],
  ['none of another shape', { error: 'nope' }, undefined],
  ['none of what is no JSON', '<html>', undefined],
])('of a refusal %s is kept', (_, body, code) => {
  const refusal = error(body)
  expect(refusal.code).toBe(code)
  expect(refusal.message).not.toMatch(/secret|Ann/)
})

test('a throttled call says how long to wait, in parts of a second too', () => {
  expect(error('', { 'retry-after': '2.128' }, 429).retryAfterSeconds).toBe(2.128)
})

test('a challenge brings its claims', () => {
  const claims = JSON.stringify({ access_token: { nbf: { essential: true, value: '1' } } })
  const header = `Bearer realm="", error="insufficient_claims", claims="${Buffer.from(claims).toString('base64')}"`
  expect(error('', { 'www-authenticate': header }, 401).claims).toBe(claims)
  expect(error('', { 'www-authenticate': 'Bearer realm="", claims="!"' }, 401).claims).toBeUndefined()
})

test('a refusal is told by its status, and is definite below 500', () => {
  expect([isRefusal(error('', {}, 404), 404, 410), isRefusal(error('', {}, 400), 404), isRefusal(new Error('x'), 404)]).toEqual([
    true,
    false,
    false,
  ])
  expect([isDefinite(error('', {}, 409)), isDefinite(error('', {}, 503)), isDefinite(new Error('x'))]).toEqual([true, false, false])
})
