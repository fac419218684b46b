// Starts the stand-ins for Entra, Graph, Vault and monday.com, and Outlook's page, on one loopback port.
import { readFileSync } from 'node:fs'
import { createServer as createHttpServer, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import express, { type ErrorRequestHandler, urlencoded } from 'express'
import { controlRoutes } from './control/routes.ts'
import { entraControl, type EntraControl } from './entra/control.ts'
import { openDirectory } from './entra/directory.ts'
import { openKeyRing } from './entra/keys.ts'
import { entraRoutes, personWhoAsks } from './entra/routes.ts'
import { openEntraState } from './entra/state.ts'
import { usualEntraError } from './entra/token-error.ts'
import { environmentFor } from './environment.ts'
import { graphControl, type GraphControl } from './graph/control.ts'
import { openNotifier } from './graph/notifier.ts'
import { graphRoutes } from './graph/routes.ts'
import { openGraphState } from './graph/state.ts'
import { openMisbehaviour, type Rule, type Service } from './misbehaviour.ts'
import { mondayControl, type MondayControl } from './monday/control.ts'
import { mondayRoutes } from './monday/routes.ts'
import { openMondayState, userOf } from './monday/state.ts'
import { openWebhooks } from './monday/webhooks.ts'
import { openWrites } from './monday/writes.ts'
import { ownRequestsOnly } from './own-requests.ts'
import { vaultControl, type VaultControl } from './vault/control.ts'
import { vaultRoutes } from './vault/routes.ts'
import { openVaultState } from './vault/state.ts'

export type Sandbox = {
  url: string
  /** The environment of a server that uses the sandbox and has this address. */
  environment(publicUrl: string): Record<string, string>
  /** `name:port` of a proxy in front of it: requests with any other foreign Host are refused. */
  answerTo(host: string): void
  entra: EntraControl
  graph: GraphControl
  vault: VaultControl
  monday: MondayControl
  misbehave(service: Service, rule: Rule): { clear(): void; seen(): number }
  /** Ends all faults. */
  heal(): void
  stop(): Promise<void>
}

export type SandboxOptions = { port?: number; serverUrl?: string; tls?: { cert: string; key: string } }

export async function startSandbox({ port = 0, serverUrl, tls }: SandboxOptions = {}): Promise<Sandbox> {
  const app = express().disable('x-powered-by').set('etag', false)
  const server = tls ? createHttpsServer(tls, app) : createHttpServer(app)
  server.on('clientError', answerUnreadable)
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${await listen(server, port)}`

  const misbehaviour = openMisbehaviour()
  const entra = openEntraState({ url, directory: openDirectory(), keyRing: await openKeyRing() })
  const graph = openGraphState({ url, clientId: entra.clientId, tokens: entra.graphTokens })
  const notifier = openNotifier(graph)
  const vault = openVaultState()
  const monday = openMondayState({ url })
  for (const person of entra.directory.people) userOf(monday, person)
  const webhooks = openWebhooks(monday)
  const service = { state: monday, webhooks, writes: openWrites(monday, webhooks.heard) }
  const allowedOrigins = new Set<string>()
  const allowedHosts = new Set<string>()

  const sandbox: Sandbox = {
    url,
    environment(publicUrl) {
      allowedOrigins.add(new URL(publicUrl).origin)
      return environmentFor({ url, publicUrl, entra, vault, monday })
    },
    answerTo: (host) => void allowedHosts.add(host),
    entra: entraControl(entra),
    graph: graphControl(graph, notifier),
    vault: vaultControl(vault),
    monday: mondayControl(service),
    misbehave: misbehaviour.add,
    heal: misbehaviour.clearAll,
    async stop() {
      misbehaviour.clearAll()
      notifier.stop()
      webhooks.stop()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      server.closeAllConnections()
      await closed
    },
  }
  if (serverUrl) sandbox.environment(serverUrl)

  app.use(ownRequestsOnly({ url, allowedOrigins, allowedHosts }))
  app.use(
    '/entra',
    urlencoded({ extended: false }),
    misbehaviour.handler('entra', (request) => personWhoAsks(entra, request), usualEntraError),
    entraRoutes(entra),
  )
  app.use('/v1.0', graphRoutes(graph, misbehaviour))
  app.use('/vault/v1', vaultRoutes(vault, misbehaviour))
  app.use('/monday', mondayRoutes(service, misbehaviour))
  app.use('/sandbox', controlRoutes(sandbox, { serverUrl: serverUrl ?? null, clientId: entra.clientId }))
  // The pane's page names one script; an Outlook that supports nested app authentication adds the bridge.
  app.get(
    '/office.js',
    (_request, response) => void response.type('text/javascript').send(outlookFile('office.js') + outlookFile('bridge.js')),
  )
  app.use(express.static(fileURLToPath(outlookFolder), { cacheControl: false }))
  app.use(answerBug)
  return sandbox
}

const outlookFolder = new URL('./outlook/', import.meta.url)

const outlookFile = (name: string) => readFileSync(new URL(name, outlookFolder), 'utf8')

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address ? address.port : port)
    })
  })
}

/** Node's parser does not know Vault's LIST; no policy of ours allows it. */
function answerUnreadable(error: Error & { rawPacket?: Buffer }, socket: Duplex): void {
  const isList = error.rawPacket?.subarray(0, 5).toString() === 'LIST '
  const [status, body] = isList ? ['403 Forbidden', '{"errors":["permission denied"]}'] : ['400 Bad Request', '{}']
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`)
}

/** A bug of the stand-in itself must be visible, and not look like a fault of Microsoft's. */
const answerBug: ErrorRequestHandler = (error, request, response, next) => {
  console.error(`The stand-in failed at ${request.method} ${request.path}`, error)
  if (response.headersSent) return next(error)
  response.status(501).json({ error: { code: 'StandInFault', message: String(error) } })
}
