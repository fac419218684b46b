import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { afterEach, describe, expect, test } from '@jest/globals'
import { upstreamRequest } from '../../../server/upstream/request.ts'
import { retryAfterSeconds } from '../../../server/upstream/retry-after.ts'
import { isOutage, UpstreamError } from '../../../server/upstream/upstream-error.ts'

const open: Server[] = []
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
})

async function aService(answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
}

const ask = (url: string, changes: Partial<Parameters<typeof upstreamRequest>[0]> = {}) =>
  upstreamRequest({ service: 'graph', method: 'GET', url, allowedOrigin: url, ...changes })

const failureOf = (asking: Promise<unknown>) =>
  asking.then(
    () => undefined,
    (error: unknown) => (error instanceof UpstreamError ? error : undefined),
  )

test('an answer comes with its status, headers and text', async () => {
  const url = await aService((request, response) => response.writeHead(404, { 'x-asked': request.method }).end('nothing'))
  const answer = await ask(url, { method: 'DELETE' })
  expect([answer.status, answer.headers.get('x-asked'), await answer.text()]).toEqual([404, 'DELETE', 'nothing'])
})

test('a redirect is an answer and is not followed', async () => {
  let asked = 0
  const elsewhere = await aService((_request, response) => {
    asked += 1
    response.end()
  })
  const url = await aService((_request, response) => response.writeHead(302, { location: elsewhere }).end())
  const answer = await ask(url, { headers: { authorization: 'Bearer secret' } })
  await answer.text()
  expect([answer.status, asked]).toEqual([302, 0])
})

test('no other host is asked', async () => {
  let asked = 0
  const url = await aService((_request, response) => {
    asked += 1
    response.end()
  })
  const { host } = new URL(url)
  for (const target of [
    url.replace('127.0.0.1', 'localhost'),
    `http://user@${host}/`,
    `https://${host}/`,
    `//${host}/`,
    'not an address',
  ]) {
    const error = await failureOf(ask(url, { url: target, headers: { authorization: 'Bearer secret' } }))
    expect([error?.code, isOutage(error)]).toEqual(['wrong-host', false])
  }
  expect(asked).toBe(0)
})

describe('what gives no whole answer is an outage', () => {
  test.each<[string, RequestListener]>([
    ['the connection is cut at once', (request) => request.socket.destroy()],
    ['it is cut in the middle', (request, response) => response.writeHead(200).write('{"value":[', () => request.socket.destroy())],
    ['nothing comes', () => undefined],
    ['the rest does not come', (_request, response) => void response.writeHead(200).write('{')],
  ])('%s', async (_name, service) => {
    const url = await aService(service)
    const error = await failureOf(ask(url, { timeoutMs: 150 }).then((answer) => answer.text()))
    expect([error?.service, error?.status, isOutage(error)]).toEqual(['graph', 0, true])
  })

  test('nobody listens', async () => {
    const url = await aService(() => undefined)
    const gone = open.splice(0).map((server) => once(server.close(), 'close'))
    await Promise.all(gone)
    const error = await failureOf(ask(url))
    expect([error?.code, isOutage(error)]).toEqual(['ECONNREFUSED', true])
  })
})

test('what is too large is not read to its end', async () => {
  const url = await aService((_request, response) => {
    const more = () => {
      while (!response.destroyed && response.write('x'.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more)
    }
    more()
  })
  const answer = await ask(url)
  const error = await failureOf(answer.text(1_000_000))
  expect([error?.code, isOutage(error)]).toEqual(['too-large', false])
})

test('a stream may take longer than the time for one piece, and ends when its reader leaves', async () => {
  let closed = false
  const url = await aService((_request, response) => {
    const timer = setInterval(() => response.write('piece'), 250)
    response.once('close', () => {
      clearInterval(timer)
      closed = true
    })
  })
  let count = 0
  for await (const _piece of (await ask(url, { timeoutMs: 1_000 })).bytes()) if (++count === 6) break
  expect(count).toBe(6)
  while (!closed) await new Promise((resolve) => setTimeout(resolve, 10))
})

test('no error holds what was sent', async () => {
  const url = await aService((request) => request.socket.destroy())
  const error = await failureOf(ask(url, { headers: { authorization: 'Bearer very-secret' } }))
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('very-secret')
})

test.each([
  [null, undefined],
  ['', undefined],
  ['2', 2],
  ['2.128', 2.128],
  [' 60 ', 60],
  ['-1', undefined],
  ['soon', undefined],
  ['Tue, 24 Nov 2026 12:00:30 GMT', 30],
  ['Tue, 24 Nov 2026 11:00:00 GMT', 0],
])('Retry-After: %s is %s seconds', (header, seconds) => {
  expect(retryAfterSeconds(header, new Date('2026-11-24T12:00:00Z'))).toBe(seconds)
})

test.each<[ConstructorParameters<typeof UpstreamError>, boolean]>([
  [['graph', { status: 0, code: 'timeout' }], true],
  [['graph', { status: 503 }], true],
  [['graph', { status: 429, retryAfterSeconds: 3 }], false],
  [['graph', { status: 403 }], false],
  [['vault', { status: 503, code: 'sealed' }], true],
  [['vault', { status: 404, code: 'not-found' }], false],
  [['entra', { status: 503, code: 'invalid_client' }], true],
  [['entra', { status: 400, code: 'invalid_grant' }], false],
])('%j is an outage: %s', (made, expected) => {
  expect(isOutage(new UpstreamError(...made))).toBe(expected)
})
