// The socket: http, or https with the operator's own certificate.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Config } from '../config.ts'

/** How long a client may take to send the headers of a request, and the whole request. */
export const patience = { headersMs: 15_000, requestMs: 60_000 }

type Listening = { url: string; close: () => Promise<void> }

export async function listenTo(
  app: RequestListener,
  { tls, host, port }: Pick<Config, 'tls' | 'host' | 'port'>,
  { headersMs, requestMs, connections = mostConnections }: typeof patience & { connections?: number } = patience,
): Promise<Listening> {
  // A slow client holds a socket no longer than this. By default, Node checks only every 30 seconds.
  const limits = {
    maxHeaderSize,
    headersTimeout: headersMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: Math.min(headersMs, 5_000),
  }
  const server =
    tls === null
      ? createHttpServer(limits, app)
      : createHttpsServer({ ...limits, cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) }, app)
  server.maxConnections = connections
  server.maxHeadersCount = mostHeaders
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  const bound = typeof address === 'object' && address !== null ? address.port : port
  return {
    url: `${tls === null ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    // Requests in progress may finish; idle sockets do not keep the process alive.
    close: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const force = setTimeout(() => server.closeAllConnections(), closingMs)
      await closed
      clearTimeout(force)
    },
  }
}

const closingMs = 5_000

/** Entra's longest access tokens have about ten kilobytes. */
export const maxHeaderSize = 16 * 1024
export const mostHeaders = 100

/** Each takes about twenty kilobytes. Each listening pane has one (see event-routes.ts). */
export const mostConnections = 5_000
