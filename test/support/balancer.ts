// A load balancer in front of several servers: takes them in turn and skips dead ones.
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request as ask, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'

export type Balancer = { stop(): Promise<void> }

export async function startBalancer(port: number, targets: string[]): Promise<Balancer> {
  const agent = new Agent({ keepAlive: false })
  let turn = 0
  const server = createServer((request, response) => {
    turn += 1
    const inTurn = targets.map((_, index) => targets[(turn + index) % targets.length] ?? '')
    void buffer(request).then((body) => forward({ request, response, body, agent }, inTurn))
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
      agent.destroy()
    },
  }
}

type Passage = { request: IncomingMessage; response: ServerResponse; body: Buffer; agent: Agent }

function forward(passage: Passage, [target, ...others]: string[]): void {
  const { request, response, body, agent } = passage
  if (target === undefined) return void response.writeHead(502).end()
  const asked = ask(new URL(request.url ?? '/', target), { method: request.method ?? 'GET', headers: request.headers, agent })
  asked.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.on('error', () => response.destroy()).pipe(response)
  })
  asked.on('error', (error: NodeJS.ErrnoException) => {
    // The balancer must not repeat a request that a server may already have read.
    if (error.code === 'ECONNREFUSED') forward(passage, others)
    else if (response.headersSent) response.destroy()
    else response.writeHead(502).end()
  })
  response.on('close', () => asked.destroy())
  asked.end(body)
}
