// node-vault with what it lacks: connections that are kept, an end to waiting, and errors that may be shown. Its own hold
// the request with its token, so nothing of them goes on, not even as a cause.
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import nodeVault from 'node-vault'
import { metrics } from '../metrics.ts'
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
    requestOptions: {
      timeout: timeoutMs,
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
    },
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

async function told(call: Promise<unknown>): Promise<unknown> {
  try {
    const answer = await call
    metrics.upstreamCalls.inc({ service: 'vault', status: '200' })
    return answer
  } catch (error) {
    const failure = failureFrom(error)
    metrics.upstreamCalls.inc({ service: 'vault', status: failure.status === 0 ? 'none' : String(failure.status) })
    throw failure
  }
}

type Told = { code?: unknown; response?: { statusCode?: unknown; body?: unknown } }

function failureFrom(error: unknown): UpstreamError {
  const { code, response }: Told = typeof error === 'object' && error !== null ? error : {}
  if (typeof response?.statusCode === 'number')
    return new UpstreamError('vault', {
      status: response.statusCode,
      code: codeOf(response.statusCode, JSON.stringify(response.body ?? '')),
    })
  return new UpstreamError('vault', { status: 0, code: typeof code === 'string' && /^[A-Z_]{3,40}$/.test(code) ? code : 'no-answer' })
}

/** Vault has no codes: some of its words must do. */
function codeOf(status: number, words: string): string {
  if (status === 404) return 'not-found'
  if (status === 403) return 'denied'
  if (status === 503) return 'sealed'
  if (status === 400 && words.includes('check-and-set parameter did not match')) return 'cas-mismatch'
  return 'refused'
}
