// node-vault with a transport of ours. Its own, axios, would send token and secrets on to wherever a redirect points, and
// through whatever proxy the environment names; nor would it keep connections. Vault's errors hold the request with its
// token, so nothing of them goes on, not even as a cause.
import nodeVault from 'node-vault'
import { z } from 'zod'
import { upstreamRequest } from '../upstream/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

/** Each call says which token it goes with. */
export type VaultClient = {
  read(path: string, headers: Headers): Promise<unknown>
  write(path: string, body: unknown, headers: Headers): Promise<unknown>
  delete(path: string, headers: Headers): Promise<unknown>
}
type Headers = Record<string, string>

const timeoutMs = 10_000

export function openVaultClient(address: string): VaultClient {
  const client = nodeVault({
    endpoint: address,
    // As the library calls it: what makes its requests. Its defaults (VAULT_SKIP_VERIFY among them) are not taken over.
    'request-promise': { defaults: () => (asked: unknown) => send(address, asked) },
    // Its own debug output prints what is written.
    debug: () => undefined,
  })
  // It takes a token from the environment, where an operator's own may lie.
  client.token = ''
  return {
    read: (path, headers) => told(client.read(path, { headers })),
    write: (path, body, headers) => told(client.write(path, body, { headers })),
    delete: (path, headers) => told(client.delete(path, { headers })),
  }
}

const askedShape = z.object({
  method: z.string(),
  uri: z.string(),
  headers: z.record(z.string(), z.string()),
  json: z.unknown().optional(),
})

/** One request of the library's, answered as it expects: the status, the body, and the path that was asked. */
async function send(address: string, asked: unknown) {
  const { method, uri, headers, json } = askedShape.parse(asked)
  const body = typeof json === 'object' && json !== null ? JSON.stringify(json) : undefined
  const answer = await upstreamRequest({
    service: 'vault',
    method,
    url: uri,
    allowedOrigin: address,
    headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body,
    timeoutMs,
    direct: true,
  })
  return { statusCode: answer.status, body: parsed(await answer.text()), request: { path: new URL(uri).pathname } }
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    // No answer of Vault's: something in between speaks.
    throw new UpstreamError('vault', { status: 0, code: 'no-json' })
  }
}

async function told(call: Promise<unknown>): Promise<unknown> {
  try {
    return await call
  } catch (error) {
    throw error instanceof UpstreamError ? error : failureFrom(error)
  }
}

type Told = { response?: { statusCode?: unknown; body?: unknown } }

function failureFrom(error: unknown): UpstreamError {
  const { response }: Told = typeof error === 'object' && error !== null ? error : {}
  const status = typeof response?.statusCode === 'number' ? response.statusCode : 0
  return new UpstreamError('vault', { status, code: status === 0 ? 'no-answer' : codeOf(status, JSON.stringify(response?.body ?? '')) })
}

/** Vault has no codes: some of its words must do. */
function codeOf(status: number, words: string): string {
  if (status === 404) return 'not-found'
  if (status === 403) return 'denied'
  if (status === 503) return 'sealed'
  if (status === 400 && words.includes('check-and-set parameter did not match')) return 'cas-mismatch'
  return 'refused'
}
