import { expect, test } from '@jest/globals'
import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { listenTo } from '../../../server/api/http-server.ts'
import { until } from '../../support/until.ts'

const loopback = { tls: null, host: '127.0.0.1', port: 0 }

test.each([
  ['its head', 'GET / HTTP/1.1\r\nHost: x\r\n'],
  ['its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{'],
])('a client that does not finish its request in time is cut off', async (_part, begun) => {
  const server = await listenTo((request) => void request.resume(), loopback, { headersMs: 100, requestMs: 200 })
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  await once(socket, 'connect')
  socket.write(begun)
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 408 /)
  await server.close()
})

test('more connections than there may be are closed at once', async () => {
  const limits = { headersMs: 15_000, requestMs: 60_000, connections: 2 }
  const server = await listenTo((_request, response) => void response.end('here'), loopback, limits)
  const port = Number(new URL(server.url).port)
  const held = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')]
  for (const socket of held) await once(socket, 'connect')
  const further = connect(port, '127.0.0.1')
  expect(await text(further)).toBe('')
  held[0]?.destroy()
  await until(async () => (await fetch(server.url).catch(() => undefined))?.ok)
  held[1]?.destroy()
  await server.close()
})
