// A proxy that forwards every request to one place, whatever name it was for; and an address for it that only IPv6 reaches.
import { once } from 'node:events'
import { createServer, request as ask } from 'node:http'
import { connect, createServer as listen, type Socket } from 'node:net'

export async function startProxy(target: URL): Promise<{ url: string; passed(): number; stop(): Promise<void> }> {
  let passed = 0
  const server = createServer((request, response) => {
    passed += 1
    const { pathname, search } = new URL(request.url ?? '/', target)
    const options = {
      host: target.hostname,
      port: target.port,
      method: request.method,
      path: `${pathname}${search}`,
      headers: request.headers,
    }
    const asked = ask(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    asked.on('error', () => response.destroy())
    request.pipe(asked)
  })
  server.on('connect', (_request, socket, head) => {
    passed += 1
    const far = connect(Number(target.port), target.hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      far.write(head)
      far.pipe(socket)
      socket.pipe(far)
    })
    for (const end of [far, socket]) end.on('error', () => (far.destroy(), socket.destroy()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A port was expected.')
  return {
    url: `http://127.0.0.1:${address.port}`,
    passed: () => passed,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

/** undefined: this machine has no IPv6. */
export async function startIpv6(target: URL): Promise<{ url: string; passed(): number; stop(): Promise<void> } | undefined> {
  let passed = 0
  const sockets = new Set<Socket>()
  const server = listen((near) => {
    passed += 1
    const far = connect(Number(target.port), target.hostname)
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(end)
      end.on('error', () => other.destroy()).pipe(other)
    }
  })
  server.listen({ port: 0, host: '::1', ipv6Only: true })
  try {
    await once(server, 'listening')
  } catch {
    return undefined
  }
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('A port was expected.')
  return {
    url: `http://[::1]:${address.port}`,
    passed: () => passed,
    async stop() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
