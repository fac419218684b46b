import { request as ask } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'

let sandbox: Sandbox
let port = ''
const serverUrl = 'http://localhost:3000'

beforeAll(async () => {
  sandbox = await startSandbox({ serverUrl })
  port = new URL(sandbox.url).port
})
afterAll(() => sandbox.stop())

type Sent = { method?: string; path?: string; host?: string; origin?: string; site?: string }

/** fetch sets Host and Origin itself. */
async function statusOf({ method = 'GET', path = '/sandbox/people', host = `127.0.0.1:${port}`, origin, site }: Sent): Promise<number> {
  const body = method === 'GET' ? '' : JSON.stringify({ person: sandbox.entra.people[0]?.address, scope: 'api://x/access_as_user' })
  const headers = {
    host,
    'content-length': String(Buffer.byteLength(body)),
    'content-type': 'application/json',
    ...(origin === undefined ? {} : { origin }),
    ...(site === undefined ? {} : { 'sec-fetch-site': site }),
  }
  return new Promise((resolve, reject) => {
    const sent = ask({ host: '127.0.0.1', port, method, path, headers, agent: false }, (answer) => {
      void text(answer).then(() => resolve(answer.statusCode ?? 0))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

describe('a page of another site', () => {
  const foreign = [
    'evil.example',
    'evil.example:80',
    '127.0.0.1',
    '127.0.0.1:1',
    'localhost.evil.example',
    '127.0.0.1.nip.io',
    '0.0.0.0',
    '[::]',
  ]
  const paths = [
    '/sandbox/people',
    '/sandbox/config',
    '/',
    '/office.js',
    '/entra/organizations/discovery/v2.0/keys',
    '/v1.0/me',
    '/vault/v1/sys/health',
  ]

  test('reads nothing under a name that was bound to this machine', async () => {
    for (const host of foreign) for (const path of paths) expect([host, path, await statusOf({ host, path })]).toEqual([host, path, 421])
    expect(await statusOf({ host: `evil.example:${port}` })).toBe(421)
    expect(await statusOf({ method: 'POST', path: '/sandbox/token', host: `evil.example:${port}` })).toBe(421)
  })

  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])('changes nothing by %s', async (method) => {
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:1',
      `https://127.0.0.1:${port}`,
      `http://localhost.evil.example:${port}`,
      'x',
    ])
      for (const path of ['/sandbox/token', '/sandbox/misbehave', '/entra/organizations/oauth2/v2.0/token', '/v1.0/subscriptions'])
        expect([origin, await statusOf({ method, path, origin, site: 'cross-site' })]).toEqual([origin, 403])
  })
})

test('the sandbox’s own pages, the pane and tools go on working', async () => {
  for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `LOCALHOST:${port}`, `[::1]:${port}`])
    expect(await statusOf({ host })).toBe(200)
  const token = { method: 'POST', path: '/sandbox/token' }
  expect(await statusOf(token)).toBe(200)
  for (const origin of [`http://127.0.0.1:${port}`, `http://localhost:${port}`, serverUrl])
    expect(await statusOf({ ...token, origin })).toBe(200)
  expect(await statusOf({ ...token, origin: 'null', site: 'same-origin' })).toBe(200)
  sandbox.answerTo('graph.localhost:8999')
  expect(await statusOf({ host: 'graph.localhost:8999' })).toBe(200)
})
