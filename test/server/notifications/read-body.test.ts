// What anybody can post, read as cheaply as it deserves: by its bytes first, all of them together within a part of the memory.
import { Readable } from 'node:stream'
import type { IncomingMessage } from 'node:http'
import { describe, expect, test } from '@jest/globals'
import { openBodies } from '../../../server/notifications/read-body.ts'
import { postingFrom } from '../../../server/notifications/notification.ts'
import { costInWalks } from '../../support/processor-time.ts'

const megabyte = 1024 * 1024
const size = 4 * megabyte - 200

/** As much of a socket as reading takes. */
function openRequest(): IncomingMessage & Readable {
  return Object.assign(new Readable({ read: () => undefined }), { headers: {} }) as IncomingMessage & Readable
}

function requestOf(body: Buffer): IncomingMessage {
  const request = openRequest()
  for (let at = 0; at < body.length; at += 65_536) request.push(body.subarray(at, at + 65_536))
  request.push(null)
  return request
}

const fill = (unit: string, bytes = size) => unit.repeat(Math.floor(bytes / Buffer.byteLength(unit)))
const list = (inner: string) => `{"value":[${inner}1]}`
const thousand = (entry: (index: number) => unknown) => JSON.stringify({ value: Array.from({ length: 1000 }, (_, index) => entry(index)) })

describe('a body that cannot be genuine', () => {
  const bodies: [name: string, body: string | Buffer, code: string | undefined][] = [
    ['of numbers', list(fill('1,')), 'too-large'],
    ['of texts', list(fill('"a",')), 'too-large'],
    ['of empty objects', list(fill('{},')), 'too-large'],
    ['of objects with nothing between', `{"value":[${fill('{}')}]}`, 'too-large'],
    ['of lists in lists', `{"value":${'['.repeat(size / 2)}`, 'malformed-request'],
    ['of lists ten deep', list(fill('[[[[[[[[1]]]]]]]],')), 'too-large'],
    ['of one list eleven deep', '{"value":[[[[[[[[[[1]]]]]]]]]]}', 'malformed-request'],
    ['of one text', `{"value":["${fill('x')}"]}`, 'malformed-request'],
    ['of one text of escapes', `{"value":["${fill('\\u0041')}"]}`, 'malformed-request'],
    ['of one number', `{"value":[${fill('1')}]}`, 'malformed-request'],
    ['that names its list again and again', `{${fill('"value":[1],')}"value":[]}`, 'too-large'],
    ['of many names', `{"value":[],${fill('"k":1,')}"k":1}`, 'malformed-request'],
    ['of one entry with many names', `{"value":[{${fill('"k":1,')}"k":1}]}`, 'malformed-request'],
    ['of blanks', fill(' '), 'malformed-request'],
    ['of blanks in its list', `{"value":[${fill(' ')}]}`, 'malformed-request'],
    ['of blanks between its entries', list(fill(`1,${' '.repeat(5000)}`)), undefined],
    ['of words', fill('x'), 'malformed-request'],
    ['of quotes', fill('"'), 'malformed-request'],
    ['that is no UTF-8 at its end', Buffer.concat([Buffer.from(list(fill('"aaaaaaaaaaaaaaa",', 16_000))), Buffer.from([0xff])]), 'malformed-request'],
    ['that is no UTF-8 at all', Buffer.alloc(size, 0xff), 'malformed-request'],
    ['of a thousand objects with other members', thousand(() => ({ a: 'x'.repeat(4100), b: 1 })), undefined],
    ['of a thousand long secrets', thousand((at) => ({ subscriptionId: `s${at}`, clientState: 'c'.repeat(4000), changeType: 'created', resourceData: { id: 'x' } })), undefined],
    ['of a thousand long subscriptions', thousand(() => ({ subscriptionId: 's'.repeat(4000) })), undefined],
  ] // prettier-ignore

  // In milliseconds: `npm run bench -- hostile`.
  test.each(bodies)('%s costs less than two plain walks over its bytes', async (_name, text, code) => {
    const body = Buffer.from(text)
    const { readJson } = openBodies()
    const cost = await costInWalks(body.length / megabyte + 1, async () => {
      const end = await readJson(requestOf(body)).then(postingFrom, (problem: { code: string }) => problem.code)
      if (code === undefined) expect(end).toBeDefined()
      else expect(end).toBe(code)
    })
    expect(cost).toBeLessThan(2)
  })
})

describe('many bodies at once', () => {
  const limits = { largestBody: 1000, mostHeard: 4000, mostAtOnce: 3000, patienceMs: 60_000 }
  const genuine = Buffer.from('{"value":[]}')

  test('hold no more than is theirs: the largest make room with a 503, the small ones are read', async () => {
    const { readJson } = openBodies(limits)
    const large = Array.from({ length: 5 }, () => {
      const request = openRequest()
      const read = readJson(request)
      read.catch(() => undefined)
      request.push(Buffer.alloc(900, ' '))
      return { request, read }
    })
    await new Promise(setImmediate)
    expect(await readJson(requestOf(genuine))).toEqual({ value: [] })
    for (const { request } of large) request.push(null)
    const ends = await Promise.allSettled(large.map(({ read }) => read))
    const codes = ends.map((end) => (end.status === 'rejected' ? (end.reason as { code: string }).code : 'read'))
    expect(codes.filter((code) => code === 'service-unavailable')).toHaveLength(2)
    expect(codes.filter((code) => code === 'malformed-request')).toHaveLength(3)
    // What was held is free again.
    expect(await Promise.all(Array.from({ length: 200 }, () => readJson(requestOf(genuine))))).toHaveLength(200)
  })

  test('one that is larger than it may be is heard to its end, within reason', async () => {
    const { readJson } = openBodies(limits)
    await expect(readJson(requestOf(Buffer.alloc(3900, ' ')))).rejects.toMatchObject({ code: 'too-large' })
    const endless = openRequest()
    const read = readJson(endless)
    endless.push(Buffer.alloc(5000, ' '))
    await expect(read).rejects.toMatchObject({ code: 'too-large' })
    expect(endless.destroyed).toBe(true)
  })

  test('one that does not come to its end is not waited for', async () => {
    const { readJson } = openBodies({ ...limits, patienceMs: 50 })
    const slow = openRequest()
    const read = readJson(slow)
    slow.push('{"value":')
    await expect(read).rejects.toMatchObject({ code: 'malformed-request' })
    expect(slow.destroyed).toBe(true)
  })
})
