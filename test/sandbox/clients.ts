// Small clients that speak to the stand-ins as a server does.
import { createServer } from 'node:http'
import type { Person } from '../../sandbox/entra/directory.ts'
import type { Sandbox } from '../../sandbox/sandbox.ts'

/** Foreign JSON as it comes: what is in it is for the expectations to say. */
type Loose = ReturnType<typeof JSON.parse>

export type Answer = { status: number; headers: Headers; body: Loose }

export async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, { redirect: 'manual', ...init })
  const text = await answer.text()
  const isJson = (answer.headers.get('content-type') ?? '').includes('json')
  return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text }
}

export function people(sandbox: Sandbox): { camille: Person; yanis: Person; ruth: Person } {
  const [camille, yanis, ruth] = sandbox.entra.people
  return { camille: camille!, yanis: yanis!, ruth: ruth! }
}

const jwtBearer = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

export async function askToken(sandbox: Sandbox, tenant: string, form: Record<string, string>): Promise<Answer> {
  const env = sandbox.environment('http://localhost:3000')
  const all = { client_id: env['ENTRA_CLIENT_ID']!, client_secret: env['ENTRA_CLIENT_SECRET']!, ...form }
  const given = Object.entries(all).filter(([, value]) => value !== '')
  return ask(`${env['ENTRA_AUTHORITY']}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body: new URLSearchParams(given) })
}

export async function exchange(sandbox: Sandbox, person: Person, form: Record<string, string> = {}): Promise<Answer> {
  const assertion = form['assertion'] ?? (await sandbox.entra.accessToken(person))
  const scope = 'https://graph.microsoft.com/Mail.Read https://graph.microsoft.com/User.Read offline_access'
  const usual = { grant_type: jwtBearer, requested_token_use: 'on_behalf_of', scope }
  return askToken(sandbox, person.tenantId, { ...usual, ...form, assertion })
}

/** An access token for Graph of somebody who has consented. */
export async function graphToken(sandbox: Sandbox, person: Person, permissions = ['Mail.Read', 'User.Read']): Promise<string> {
  sandbox.entra.grant(person, permissions)
  const scope = permissions.map((permission) => `https://graph.microsoft.com/${permission}`).join(' ')
  return (await exchange(sandbox, person, { scope })).body.access_token
}

export function graphClient(sandbox: Sandbox, token: string, usualHeaders: Record<string, string> = {}) {
  return (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    ask(path.startsWith('http') ? path : `${sandbox.url}/v1.0${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...usualHeaders,
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
}

export type Listener = {
  url: string
  received: Loose[]
  status: number
  validation: (token: string) => { status: number; type: string; body: string }
  stop(): Promise<void>
}

/** What stands where the server would: answers the handshake, keeps what is posted. */
export async function openListener(): Promise<Listener> {
  const listener: Listener = {
    url: '',
    received: [],
    status: 202,
    validation: (token) => ({ status: 200, type: 'text/plain', body: token }),
    stop: async () => undefined,
  }
  const server = createServer((request, response) => {
    const token = new URL(request.url ?? '', 'http://x').searchParams.get('validationToken')
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (token === null) {
        listener.received.push(JSON.parse(Buffer.concat(chunks).toString()))
        return response.writeHead(listener.status).end()
      }
      const { status, type, body } = listener.validation(token)
      return response.writeHead(status, { 'content-type': type }).end(body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  listener.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/graph/notifications`
  listener.stop = async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return listener
}
