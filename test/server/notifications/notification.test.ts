import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { judgeClientState } from '../../../server/notifications/judge.ts'
import { postingFrom } from '../../../server/notifications/notification.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest()
const entry = (changes: Record<string, unknown> = {}) => ({
  subscriptionId: '0f7a2f2e-0000-4000-8000-000000000000',
  subscriptionExpirationDateTime: '2026-11-24T12:00:00Z',
  changeType: 'created',
  resource: 'Users/somebody/Messages/AAMk=',
  resourceData: { '@odata.type': '#Microsoft.Graph.Message', id: 'AAMk=' },
  clientState: 'secret',
  tenantId: 'ignored',
  ...changes,
})
const read = (...entries: unknown[]) => postingFrom({ value: entries })

test('of an entry its subscription, its secret’s hash and the id of the message are used, and nothing else', () => {
  expect(read(entry())?.notifications).toEqual([
    { subscriptionId: entry().subscriptionId, secretHash: sha256('secret'), subject: { kind: 'message', messageId: 'AAMk=' } },
  ])
})

test.each([[[]], [{}], [null], ['text'], [1], [{ value: {} }], [{ value: null }], [{ value: 'x' }]])('%j holds no list', (body) => {
  expect(postingFrom(body)).toBeUndefined()
})

describe('an entry', () => {
  test.each<[string, unknown]>([
    ['nothing', null],
    ['text', 'x'],
    ['a list', []],
    ['no subscription', entry({ subscriptionId: undefined })],
    ['a subscription of another type', entry({ subscriptionId: 5 })],
    ['a subscription with a NUL', entry({ subscriptionId: 'a\0b' })],
    ['a subscription without end', entry({ subscriptionId: 'x'.repeat(201) })],
    ['no change', entry({ changeType: undefined })],
    ['no resourceData', entry({ resourceData: undefined })],
    ['resourceData of another type', entry({ resourceData: 'AAMk=' })],
    ['no id', entry({ resourceData: {} })],
    ['an empty id', entry({ resourceData: { id: '' } })],
    ['an id without end', entry({ resourceData: { id: 'x'.repeat(1001) } })],
    ['an id with a line break', entry({ resourceData: { id: 'a\nb' } })],
    ['an id with half a character', entry({ resourceData: { id: 'a\ud800' } })],
  ])('that is malformed (%s) is counted, and the others stand', (_name, malformed) => {
    const posting = read(entry(), malformed, entry())
    expect([posting?.notifications.length, posting?.malformed, posting?.ignored]).toEqual([2, 1, 0])
  })

  test.each([
    [{ changeType: 'deleted' }, 0, 1],
    [{ changeType: 'moved' }, 0, 1],
    [{ changeType: 'updated' }, 1, 0],
    [{ lifecycleEvent: 'invented', changeType: undefined }, 0, 1],
    [{ lifecycleEvent: null }, 1, 0],
  ])('%j: taken %d, ignored %d', (changes, taken, ignored) => {
    const posting = read(entry(changes))
    expect([posting?.notifications.length, posting?.ignored, posting?.malformed]).toEqual([taken, ignored, 0])
  })

  test.each(['missed', 'reauthorizationRequired', 'subscriptionRemoved'])('may be the lifecycle event %s', (lifecycleEvent) => {
    const posting = read({ subscriptionId: 'x', clientState: 'secret', lifecycleEvent })
    expect(posting?.notifications[0]?.subject).toEqual({ kind: 'lifecycle', event: lifecycleEvent })
  })

  test.each([undefined, null, 5, { toString: 'x' }, ['secret']])('with the secret %j has the hash of none', (clientState) => {
    expect(read(entry({ clientState }))?.notifications[0]?.secretHash).toEqual(sha256(''))
  })
})

test('whatever is posted is read without an exception, and every entry is accounted for', () => {
  const part = fc.oneof(fc.anything(), fc.record({ id: fc.anything() }))
  const likely = fc.record(
    {
      subscriptionId: fc.oneof(fc.string(), fc.anything()),
      clientState: fc.oneof(fc.string(), fc.anything()),
      changeType: fc.oneof(fc.constantFrom('created', 'updated', 'deleted'), fc.anything()),
      lifecycleEvent: fc.oneof(fc.constantFrom('missed', null, undefined), fc.anything()),
      resourceData: part,
    },
    { requiredKeys: [] },
  )
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.record({ value: fc.array(fc.oneof(likely, fc.anything())) })), (body) => {
      const posting = postingFrom(body)
      if (posting === undefined) return
      const entries = (body as { value: unknown[] }).value.length
      expect(posting.notifications.length + posting.malformed + posting.ignored).toBe(entries)
      for (const { subscriptionId, secretHash, subject } of posting.notifications) {
        expect(secretHash).toHaveLength(32)
        expect(subscriptionId).not.toMatch(/[^\x21-\x7e]/)
        if (subject.kind === 'message') expect(subject.messageId).not.toMatch(/\p{Cc}/u)
      }
    }),
  )
})

test.each([
  ['secret', 'secret', { genuine: true }],
  ['secret', 'other', { genuine: false, reason: 'wrong-client-state' }],
  ['', 'other', { genuine: false, reason: 'wrong-client-state' }],
  ['secret', undefined, { genuine: false, reason: 'unknown-subscription' }],
])('the secret %j against %j', (received, expected, verdict) => {
  expect(judgeClientState(sha256(received), expected === undefined ? undefined : sha256(expected))).toEqual(verdict)
})
