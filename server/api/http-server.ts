// The socket: http, or https with the operator's own certificate.
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Config } from '../config.ts'

type Listening = { url: string; close: () => Promise<void> }

export async function listenTo(app: RequestListener, { tls, host, port }: Pick<Config, 'tls' | 'host' | 'port'>): Promise<Listening> {
  const server =
    tls === null ? createHttpServer(app) : createHttpsServer({ cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) }, app)
  // Whoever sends a request slowly holds a socket no longer than this.
  server.headersTimeout = 15_000
  server.requestTimeout = 60_000
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
