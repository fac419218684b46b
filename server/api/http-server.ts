// The socket: http, or https with the operator's own certificate.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Config } from '../config.ts'

type Listening = { url: string; close: () => Promise<void> }

export async function listenTo(app: RequestListener, { tls, host, port }: Pick<Config, 'tls' | 'host' | 'port'>): Promise<Listening> {
  const server =
    tls === null
      ? createHttpServer(socketLimits, app)
      : createHttpsServer({ ...socketLimits, cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) }, app)
  server.maxConnections = mostConnections
  server.maxHeadersCount = mostHeaders
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    // What is being answered may end; idle sockets do not hold the process.
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const force = setTimeout(() => server.closeAllConnections(), patienceMs)
      await closed
      clearTimeout(force)
    },
  }
}

const patienceMs = 5_000

/** Whoever sends a request slowly holds a socket no longer than this, and is looked for every few seconds. */
const socketLimits = { headersTimeout: 15_000, requestTimeout: 60_000, connectionsCheckingInterval: 5_000, maxHeaderSize: 16 * 1024 }

/** Each holds some twenty kilobytes. Panes that listen hold one each (see event-routes.ts). */
const mostConnections = 5_000
const mostHeaders = 100
