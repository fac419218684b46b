// An answer that is sent while it is read: to readers that are quick, slow, gone or silent, and from sources that break.
import { afterEach, expect, test } from '@jest/globals'
import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import express from 'express'
import { sendStreamed, type Streamed } from '../../../server/api/streamed.ts'
import { until } from '../../support/until.ts'

const stops: (() => void)[] = []
afterEach(() => stops.splice(0).forEach((stop) => stop()))

async function serve(pieces: () => AsyncIterable<string>, limits?: { silenceMs: number; longestMs: number }) {
  const seen = { sent: 0, closed: 0 }
  const counted = async function* () {
    for await (const piece of pieces()) {
      seen.sent += piece.length
      yield piece
    }
  }
  const app = express()
  app.get('/', async (request, response) => {
    const streamed: Streamed = { pieces: counted(), close: async () => void (seen.closed += 1) }
    await sendStreamed(request, response, streamed, limits)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stops.push(() => (server.closeAllConnections(), server.close()))
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, port, seen }
}

const megabyte = 'x'.repeat(1024 * 1024)
async function* endless() {
  for (;;) yield megabyte
}

test('what ends is whole, and its source is closed once', async () => {
  const { url, seen } = await serve(async function* () {
    yield '{"a":'
    yield '1}'
  })
  const answer = await fetch(url)
  expect([answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    'application/json; charset=utf-8',
    'no-store, no-transform',
  ])
  expect(await answer.json()).toEqual({ a: 1 })
  await until(() => seen.closed === 1)
})

test('what breaks in the middle is cut off, not ended', async () => {
  const { url, seen } = await serve(async function* () {
    yield '{"a":1}'
    throw new Error('the database is away')
  })
  await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow(/fetch failed|terminated/)
  await until(() => seen.closed === 1)
})

test('a reader that takes nothing holds a few pieces, and is let go of', async () => {
  const { port, seen } = await serve(endless, { silenceMs: 300, longestMs: 60_000 })
  const socket = connect(port, '127.0.0.1').pause()
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  await until(() => seen.closed === 1)
  // What the sockets of both ends hold is the kernel's.
  expect(seen.sent).toBeLessThan(16 * megabyte.length)
  socket.destroy()
})

test('a reader that goes away ends the work; one that takes too long altogether is cut off', async () => {
  const gone = await serve(endless)
  const abort = new AbortController()
  await fetch(gone.url, { signal: abort.signal })
  abort.abort()
  await until(() => gone.seen.closed === 1)
  const long = await serve(endless, { silenceMs: 60_000, longestMs: 300 })
  await expect((await fetch(long.url)).body?.pipeTo(new WritableStream())).rejects.toThrow('terminated')
  await until(() => long.seen.closed === 1)
})

test('a question for the headers alone reads nothing', async () => {
  const { url, seen } = await serve(endless)
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(200)
  await until(() => seen.closed === 1)
  expect(seen.sent).toBe(0)
})
