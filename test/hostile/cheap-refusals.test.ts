// What strangers may send without a token, or with a bad one: it is refused before anybody is asked about it.
import { describe, expect, test } from '@jest/globals'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

describe.each(databases)('%s', (database) => {
  test('a thousand bad tokens cost little, and a long one is not decoded', async () => {
    await using world = await startWorld({ database })
    expect((await world.api(world.camille).request('GET', '/api/me')).status).toBe(200)
    const good = await world.sandbox.entra.accessToken(world.camille)
    const [head = '', claims = '', signature = ''] = good.split('.')
    const bad = [
      `${head}.${claims}.${signature.slice(0, -8)}AAAAAAAA`,
      `${encode({ alg: 'RS256', kid: 'nobodys' })}.${claims}.${signature}`,
      `${encode({ alg: 'none' })}.${claims}.`,
      `${head}.${claims.slice(4)}.${signature}`,
      `${encode({ alg: 'RS256', kid: 'x'.repeat(2000) })}.${claims}.${signature}`,
      `${head}.${'a'.repeat(13_000)}.${signature}`,
    ]
    const ask = async (token: string) => {
      const answer = await fetch(`${world.server.url}/api/me`, { headers: { authorization: `Bearer ${token}` } })
      await answer.body?.cancel()
      return answer.status
    }
    const before = process.cpuUsage()
    for (let asked = 0; asked < 1000; asked += 50) {
      const statuses = await Promise.all(Array.from({ length: 50 }, (_, at) => ask(bad[at % bad.length] ?? '')))
      expect(new Set(statuses)).toEqual(new Set([401]))
    }
    const { user, system } = process.cpuUsage(before)
    // Both ends of each question run here, and are most of what it costs.
    expect((user + system) / 1000 / 1000).toBeLessThan(10)
    expect(await ask(good)).toBe(200)
  })

  test('addresses that were never given out are refused by their length', async () => {
    await using world = await startWorld({ database })
    const get = async (path: string) => (await fetch(`${world.server.url}${path}`, { redirect: 'manual' })).status
    for (const secret of ['x', 'x'.repeat(42), 'x'.repeat(44), 'x'.repeat(8000), '%00', '..%2f..', 'é'.repeat(43)]) {
      expect([secret.slice(0, 9), await get(`/files/${secret}`)]).toEqual([secret.slice(0, 9), 404])
      expect([secret.slice(0, 9), await get(`/connect/microsoft/${secret}`)]).toEqual([secret.slice(0, 9), 400])
    }
    // One of the right length is looked for.
    expect([await get(`/files/${'x'.repeat(43)}`), await get(`/connect/microsoft/${'x'.repeat(43)}`)]).toEqual([404, 400])
  })
})
