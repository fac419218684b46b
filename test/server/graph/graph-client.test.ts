import { createServer } from 'node:http'
import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Person } from '../../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../../sandbox/sandbox.ts'
import { graphFor, type TokenSource } from '../../../server/graph/graph-client.ts'
import { UpstreamError } from '../../../server/upstream/upstream-error.ts'
import { graphToken, people } from '../../sandbox/clients.ts'
import { unrecorded } from '../../support/unrecorded.ts'
import { until } from '../../support/until.ts'

let sandbox: Sandbox
let camille: Person

beforeAll(async () => {
  sandbox = await startSandbox({ serverUrl: 'http://localhost:3000' })
  ;({ camille } = people(sandbox))
})
afterEach(() => sandbox.heal())
afterAll(() => sandbox.stop())

type Asked = { tokens: number; refused: number }

function aGraph(graphUrl = `${sandbox.url}/v1.0`) {
  const asked: Asked = { tokens: 0, refused: 0 }
  let token: Promise<string> | undefined
  const tokens: TokenSource = {
    async current(insteadOf) {
      asked.tokens += 1
      if (token === undefined || (await token) === insteadOf) token = graphToken(sandbox, camille)
      return token
    },
    async refused(error) {
      asked.refused += 1
      throw error
    },
  }
  return { graph: graphFor({ graphUrl, tokens, mailboxId: crypto.randomUUID(), ...unrecorded }), asked }
}

const failureOf = (asking: Promise<unknown>) =>
  asking.then(
    () => undefined,
    (error: unknown) => (error instanceof UpstreamError ? error : undefined),
  )

test('ids are immutable ones, and every call can be told apart', async () => {
  const { graph } = aGraph()
  const { id, ordinaryId } = await sandbox.graph.deliver(camille, { subject: 'hello' })
  const path = `/me/messages/${encodeURIComponent(ordinaryId)}?$select=id,parentFolderId`
  expect(await graph.get(path)).toMatchObject({ id })
})

test.each([
  ['many small entries', `{"value":[${'{"id":"a","n":1},'.repeat(200_000)}{}]}`],
  ['lists in lists', `{"value":${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}}`],
])('an answer of %s is not made into objects', async (_name, body) => {
  const server = createServer((_request, response) => response.setHeader('content-type', 'application/json').end(body)).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  try {
    const { graph } = aGraph(`http://127.0.0.1:${port}/v1.0`)
    expect(await failureOf(graph.get('/me/mailFolders/inbox?$select=id'))).toMatchObject({ service: 'graph', code: 'too-large' })
  } finally {
    server.close()
    server.closeAllConnections()
  }
})

test('a token that is refused is replaced once', async () => {
  const { graph, asked } = aGraph()
  await graph.get('/me/mailFolders/inbox?$select=id')
  sandbox.entra.expireAccessTokens(camille)
  await graph.get('/me/mailFolders/inbox?$select=id')
  expect(asked).toEqual({ tokens: 3, refused: 0 })
})

test('refused with a fresh token too, it is for the connection to say what follows', async () => {
  const { graph, asked } = aGraph()
  sandbox.misbehave('graph', {
    status: 401,
    headers: {
      'www-authenticate': `Bearer error="insufficient_claims", claims="${Buffer.from('{"access_token":{}}').toString('base64')}"`,
    },
  })
  const error = await failureOf(graph.get('/me/mailFolders/inbox?$select=id'))
  expect([error?.status, error?.code, error?.claims, asked.refused]).toEqual([401, 'InvalidAuthenticationToken', '{"access_token":{}}', 1])
})

test('an error carries the most specific code, how long to wait, and no words', async () => {
  const { graph } = aGraph()
  const body = {
    error: { code: 'ErrorGeneral', message: 'camille@…', innerError: { code: 'throttledRequest', innererror: { code: 'deepest' } } },
  }
  sandbox.misbehave('graph', { status: 429, headers: { 'retry-after': '2.128' }, body })
  const error = await failureOf(graph.get('/me/mailFolders/inbox?$select=id'))
  expect([error?.status, error?.code, error?.retryAfterSeconds]).toEqual([429, 'deepest', 2.128])
  expect(error?.message).not.toContain('camille')
})

test.each([
  ['a page', '<html>Sign in</html>'],
  ['half an answer', '{"value":['],
])('%s instead of JSON is no answer', async (_name, body) => {
  const { graph } = aGraph()
  sandbox.misbehave('graph', { status: 200, body })
  expect((await failureOf(graph.get('/me/mailFolders/inbox?$select=id')))?.status).toBe(0)
})

test('a link to another host gets neither a request nor a token', async () => {
  let asked = 0
  const evil = createServer((_request, response) => {
    asked += 1
    response.end('{}')
  }).listen(0, '127.0.0.1')
  await once(evil, 'listening')
  const address = evil.address()
  const port = typeof address === 'object' && address ? address.port : 0
  const { graph, asked: tokens } = aGraph()
  for (const link of [`http://127.0.0.1:${port}/v1.0/me/messages`, `${sandbox.url}@127.0.0.1:${port}/`, `${sandbox.url}/vault/v1/x`]) {
    await expect(graph.get(link)).rejects.toThrow('no name for this call')
    expect(() => graph.next('/me/mailFolders/inbox/messages', link)).toThrow('graph was not asked')
  }
  expect([asked, tokens.tokens]).toEqual([0, 0])
  evil.close()
})

test('no more than four calls at once are made for a mailbox', async () => {
  const { graph } = aGraph()
  sandbox.graph.ledger.clear()
  sandbox.misbehave('graph', { delayMs: 30 })
  await Promise.all(Array.from({ length: 12 }, () => graph.get('/me/mailFolders/inbox?$select=id')))
  const calls = sandbox.graph.ledger.entries.filter(({ path }) => path.startsWith('/me/mailFolders'))
  expect(Math.max(...calls.map(({ inFlight }) => inFlight))).toBe(4)
  expect(calls.map(({ status }) => status)).toEqual(Array(12).fill(200))
})

test('a mailbox that Graph wants left alone is not asked about before, another one is', async () => {
  const mailboxId = crypto.randomUUID()
  const tokens: TokenSource = { current: () => graphToken(sandbox, camille), refused: (error) => Promise.reject(error) }
  const graphOf = (id: string) => graphFor({ graphUrl: `${sandbox.url}/v1.0`, tokens, mailboxId: id, ...unrecorded })
  const throttled = sandbox.misbehave('graph', { times: 1, status: 429, headers: { 'Retry-After': '0.4' } })
  const asking = () => graphOf(mailboxId).get('/me/mailFolders/inbox?$select=id')
  expect(await failureOf(asking())).toMatchObject({ status: 429, retryAfterSeconds: 0.4 })
  const early = await failureOf(asking())
  expect(early).toMatchObject({ status: 429, code: 'paused-as-asked' })
  expect(early!.retryAfterSeconds).toBeGreaterThan(0)
  expect(throttled.seen()).toBe(1)
  await graphOf(crypto.randomUUID()).get('/me/mailFolders/inbox?$select=id')
  await until(async () => (await failureOf(asking())) === undefined)
})
