// A host that no one should ever call: it records requests, and answers as configured.
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'

type Asked = { method: string; url: string; headers: IncomingHttpHeaders }

export async function startCanaryHost() {
  const asked: Asked[] = []
  const server = createServer((request, response) => {
    asked.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers })
    response.setHeader('content-type', 'application/json').end('{"value":[]}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
