// Services that answer with one given sample and note what they were asked, for the server's own readers to speak to.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Graph } from '../../server/graph/graph-client.ts'
import { nextPage } from '../../server/graph/next-page.ts'

type Asked = { method: string; path: string; body?: unknown }

export function graphAnswering(answerOf: (path: string) => unknown): { graph: Graph; asked: Asked[] } {
  const asked: Asked[] = []
  const answer = async (method: string, path: string, body?: unknown) => {
    asked.push({ method, path, body })
    return answerOf(path)
  }
  return {
    asked,
    graph: {
      get: (path) => answer('GET', path),
      getLong: async (path) => Buffer.from(JSON.stringify(await answer('GET', path))),
      next: (given, link) => nextPage('https://graph.microsoft.com/v1.0', given, link),
      post: (path, body) => answer('POST', path, body),
      patch: (path, body) => answer('PATCH', path, body),
      delete: async (path) => void (await answer('DELETE', path)),
      stream: async () => {
        throw new Error('No bytes are asked for here.')
      },
    },
  }
}

/** Entra with its metadata, these keys and this answer of the token endpoint. */
export async function entraAnswering({ keys, token, status = 200 }: { keys?: unknown; token?: unknown; status?: number }) {
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const isToken = path.endsWith('/token')
    const metadata = {
      // As the tenant-independent metadata names it, wherever it is asked for.
      issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
      jwks_uri: `${authority}/keys`,
      token_endpoint: `${authority}/token`,
    }
    response.writeHead(isToken ? status : 200, { 'content-type': 'application/json', connection: 'close' })
    response.end(JSON.stringify(isToken ? token : path.endsWith('/keys') ? keys : metadata))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    authority,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
