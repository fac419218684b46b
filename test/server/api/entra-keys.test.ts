import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { exportJWK, generateKeyPair } from 'jose'
import { openEntraKeys } from '../../../server/api/entra-keys.ts'
import type { Problem } from '../../../server/problem.ts'
import { failureOf } from '../../support/failure.ts'
import { until } from '../../support/until.ts'

const kid = 'key-1'
let server: Server
let authority: string
let keySet: string
/** What the next requests meet, in their order; nothing more: they are answered. */
let faults: ((response: ServerResponse) => void)[]
let asked = 0

beforeAll(async () => {
  const { publicKey } = await generateKeyPair('RS256', { extractable: true })
  keySet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid }] })
  server = createServer((request, response) => {
    asked += 1
    const fault = faults.shift()
    if (fault) return fault(response)
    const metadata = JSON.stringify({ issuer: `${authority}/{tenantid}/v2.0`, jwks_uri: `${authority}/keys` })
    response.setHeader('content-type', 'application/json').end(request.url === '/keys' ? keySet : metadata)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())
beforeEach(() => {
  faults = []
  asked = 0
})

const well = (response: ServerResponse) =>
  void response
    .setHeader('content-type', 'application/json')
    .end(JSON.stringify({ issuer: `${authority}/{tenantid}/v2.0`, jwks_uri: `${authority}/keys` }))
const broken = (response: ServerResponse) => void response.destroy()
const refused = (response: ServerResponse) => void response.writeHead(503).end()
const nonsense = (response: ServerResponse) => void response.end('<html>')
const open = () => openEntraKeys({ authority, tenantId: 'organizations' })
const problemOf = async (work: Promise<unknown>) => (await failureOf(work)) as Problem | undefined

describe('a fresh server', () => {
  test.each([
    ['the connection breaks', [broken]],
    ['the metadata is answered 503', [refused]],
    ['the metadata cannot be read', [nonsense]],
    ['the keys are answered 503', [well, refused]],
    ['the connection breaks at the keys', [well, broken]],
  ])('lets everybody in although once %s', async (_what, met) => {
    faults = [...met]
    const keys = open()
    const found = await Promise.all([1, 2, 3].map(() => keys()))
    for (const { signsFor } of found) expect(signsFor(kid, { issuer: `${authority}/t/v2.0`, tenant: 't' })).toBe(true)
    // The metadata, the keys, and once more what met a fault.
    expect(asked).toBe(3)
  })

  test('that cannot reach Entra says when to come again, and then it knows the keys', async () => {
    faults = [refused, broken]
    const keys = open()
    const problem = await problemOf(keys())
    expect(problem).toMatchObject({ code: 'service-unavailable', extra: { retryAfterSeconds: expect.any(Number) } })
    expect(problem?.extra.retryAfterSeconds).toBeLessThanOrEqual(2)
    expect(asked).toBe(2)
    // Whoever comes before that does not have Entra asked.
    expect(await problemOf(keys())).toMatchObject({ code: 'service-unavailable' })
    await until(async () => (await problemOf(keys())) === undefined)
    expect(asked).toBe(4)
  })
})

test('known keys are fetched anew after a day, and go on being used where Entra is away then', async () => {
  const { find } = await open()()
  const keyFound = async () => (await find({ alg: 'RS256', kid }, { payload: '', signature: '' })) instanceof CryptoKey
  const clock = jest.spyOn(Date, 'now')
  const later = (ms: number) => clock.mockReturnValue(performance.timeOrigin + performance.now() + ms)
  try {
    later(23 * 3_600_000)
    expect([await keyFound(), asked]).toEqual([true, 2])
    later(25 * 3_600_000)
    faults = [refused, refused]
    expect([await keyFound(), asked]).toEqual([true, 4])
    expect([await keyFound(), asked]).toEqual([true, 4])
    later(25 * 3_600_000 + 3_000)
    expect([await keyFound(), asked]).toEqual([true, 5])
    expect([await keyFound(), asked]).toEqual([true, 5])
  } finally {
    clock.mockRestore()
  }
})
