// How node-vault sends: by our own requests, which keep connections alive, end in time and follow no redirect, and whose
// errors hold no token (its usual ones print their headers).
import { z } from 'zod'
import { upstreamRequest } from '../upstream/request.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'

const timeoutMs = 10_000
const asked = z.object({ method: z.string(), uri: z.string(), headers: z.record(z.string(), z.string()), json: z.unknown() })
const refusal = z.object({ errors: z.array(z.string()) }).catch({ errors: [] })

export function vaultTransport(address: string) {
  const send = async (options: unknown) => {
    const { method, uri, headers, json } = asked.parse(options)
    const body = typeof json === 'object' && json !== null ? JSON.stringify(json) : undefined
    const answer = await upstreamRequest({ service: 'vault', method, url: uri, allowedOrigin: address, headers, body, timeoutMs })
    const read = parsed(await answer.text())
    const path = new URL(uri).pathname
    const isHealth = path.endsWith('/sys/health')
    if (answer.status !== 200 && answer.status !== 204 && !isHealth) throw errorFrom(answer.status, refusal.parse(read).errors)
    return { statusCode: answer.status, body: read, request: { path } }
  }
  return { 'request-promise': { defaults: () => send }, debug: () => undefined }
}

function errorFrom(status: number, errors: string[]): UpstreamError {
  return new UpstreamError('vault', { status, code: codeOf(status, errors.join(' ')) })
}

/** Vault has no codes: some of its words must do. */
function codeOf(status: number, words: string): string {
  if (status === 404) return 'not-found'
  if (status === 403) return 'denied'
  if (status === 503) return 'sealed'
  if (status === 400 && /check-and-set parameter did not match/i.test(words)) return 'cas-mismatch'
  return 'refused'
}

function parsed(text: string): unknown {
  try {
    return text === '' ? undefined : JSON.parse(text)
  } catch (error) {
    throw new UpstreamError('vault', { status: 0, code: 'no-json' }, error)
  }
}
