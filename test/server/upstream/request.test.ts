import { once } from 'node:events'
import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
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

function trickle(response: ServerResponse) {
  const timer = setInterval(() => response.write(' '), 20)
  response.once('close', () => clearInterval(timer))
}

async function connectionsEnd(server: Server | undefined) {
  const count = () => new Promise<number>((resolve) => server?.getConnections((_error, open) => resolve(open)))
  while ((await count()) > 0) await new Promise((resolve) => setTimeout(resolve, 10))
}

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

test.each([300, 301, 302, 303, 304, 307, 308])(
  'a redirect (%s) is the failure of its service and is not followed, by any method',
  async (status) => {
    const asked: string[] = []
    const service = await aService((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      response.writeHead(status, { location: '/second' }).end()
    })
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'GET' ? undefined : '{"secret":true}'
      const failure = await failureOf(ask(service, { method, body, headers: { authorization: 'Bearer secret' } }))
      expect([failure?.status, failure?.code, isOutage(failure)]).toEqual([status, 'redirected', true])
    }
    expect(asked).toEqual(['GET /', 'POST /', 'PUT /', 'PATCH /', 'DELETE /'])
  },
)

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
  test.each<[string, string, RequestListener]>([
    ['the connection is cut at once', 'UND_ERR_SOCKET', (request) => request.socket.destroy()],
    [
      'it is cut in the middle',
      'UND_ERR_SOCKET',
      (request, response) => response.writeHead(200).write('{"value":[', () => request.socket.destroy()),
    ],
    ['nothing comes', 'timeout', () => undefined],
    ['the rest does not come', 'timeout', (_request, response) => void response.writeHead(200).write('{')],
    ['it comes too slowly', 'timeout', (_request, response) => trickle(response)],
    [
      'it is compressed, which nobody asked for',
      'compressed',
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}')),
    ],
  ])('%s', async (_name, code, service) => {
    const url = await aService(service)
    const timeoutMs = code === 'timeout' ? 150 : 10_000
    const error = await failureOf(ask(url, { timeoutMs }).then((answer) => answer.text()))
    expect([error?.service, error?.status, error?.code, isOutage(error)]).toEqual(['graph', 0, code, true])
  })

  test('a stream stalls', async () => {
    const url = await aService((_request, response) => void response.writeHead(200).write('piece'))
    const pieces: string[] = []
    const error = await failureOf(
      ask(url, { timeoutMs: 1_000 }).then(async (answer) => {
        for await (const piece of answer.bytes()) pieces.push(Buffer.from(piece).toString())
      }),
    )
    expect([pieces, error?.code]).toEqual([['piece'], 'timeout'])
  })

  test('it is read when its time is over', async () => {
    const url = await aService((_request, response) => void response.writeHead(200).write('{'))
    const answer = await ask(url, { timeoutMs: 1_000 })
    await connectionsEnd(open.at(-1))
    expect((await failureOf(answer.text()))?.code).toBe('timeout')
  })

  test('it is read twice', async () => {
    const answer = await ask(await aService((_request, response) => response.end('{}')))
    expect(await answer.text()).toBe('{}')
    expect((await failureOf(answer.text()))?.code).toBe('no-answer')
  })

  test('the connection is taken, and no TLS is spoken', async () => {
    const url = (await aService(() => undefined)).replace('http:', 'https:')
    open
      .at(-1)
      ?.removeAllListeners('connection')
      .on('connection', (socket: Socket) =>
        socket
          .on('error', () => undefined)
          .on('end', () => socket.end())
          .resume(),
      )
    expect((await failureOf(ask(url, { timeoutMs: 150 })))?.code).toBe('timeout')
    await connectionsEnd(open.at(-1))
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

test('one call after the other goes over the same connections', async () => {
  const sockets = new Set<Socket>()
  const url = await aService((request, response) => {
    sockets.add(request.socket)
    response.end('{}')
  })
  for (const method of ['GET', 'POST', 'GET', 'PATCH', 'GET', 'DELETE', 'GET', 'GET'])
    await (await ask(url, { method, body: method.startsWith('P') ? '{}' : undefined })).text()
  // The next call is made before the end of the last one has come to the pool: two take turns.
  expect(sockets.size).toBeLessThanOrEqual(2)
})

test('64 calls at once do not wait for each other', async () => {
  const waiting: ServerResponse[] = []
  const url = await aService((_request, response) => {
    waiting.push(response)
    if (waiting.length === 64) for (const each of waiting) each.end('{}')
  })
  const texts = await Promise.all(Array.from({ length: 64 }, async () => (await ask(url)).text()))
  expect(texts).toEqual(Array(64).fill('{}'))
})

test('an answer that is too large, or that nobody reads, holds no connection', async () => {
  const url = await aService((_request, response) => void response.writeHead(200).write('x'.repeat(1_000)))
  await failureOf((await ask(url)).text(10))
  await ask(url, { timeoutMs: 1_000 })
  await connectionsEnd(open.at(-1))
})

test('it is asked not to compress', async () => {
  const url = await aService((request, response) => response.end(JSON.stringify(request.headers)))
  const answer = await ask(url, { headers: { accept: 'application/json' } })
  expect(JSON.parse(await answer.text())).toEqual({
    accept: 'application/json',
    'accept-encoding': 'identity',
    connection: 'keep-alive',
    host: new URL(url).host,
    'user-agent': 'mailboard',
  })
})

test('a header that comes twice is one', async () => {
  const url = await aService((_request, response) => response.writeHead(401, { 'www-authenticate': ['Bearer', 'Basic'] }).end())
  const answer = await ask(url)
  await answer.text()
  expect([answer.headers.get('www-authenticate'), answer.headers.get('retry-after')]).toEqual(['Bearer, Basic', null])
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
