import { expect, test } from '@jest/globals'
import { startWorld, type World } from '../../support/world.ts'

const consentUrlOf = async (world: World) =>
  (await world.api(world.camille).problemOf('connectMicrosoft', { body: { permissions: ['mail.read'] } })).consentUrl ?? ''

const open = (address: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(address, { method, redirect: 'manual', headers })

test('the page sets a cookie for this window alone and goes on to the tenant of who asked', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const address = await consentUrlOf(world)
  expect((await open(address, {}, 'HEAD')).status).toBe(200)
  const opened = await open(address)
  expect(opened.status).toBe(303)
  expect(opened.headers.getSetCookie().join()).toMatch(/^mailboard-consent=[\w.-]+; Max-Age=600; Path=\/; .*HttpOnly; SameSite=Lax$/)
  expect(opened.headers.get('referrer-policy')).toBe('no-referrer')
  const authorize = new URL(opened.headers.get('location') ?? '')
  expect(authorize.pathname).toBe(`/entra/${world.camille.tenantId}/oauth2/v2.0/authorize`)
  expect(Object.fromEntries(authorize.searchParams)).toMatchObject({
    response_type: 'code',
    code_challenge_method: 'S256',
    scope: expect.stringMatching(/openid.*Mail\.Read.*offline_access/),
    redirect_uri: `${world.server.url}/oauth/microsoft/callback`,
  })
  const used = await open(address, { 'accept-language': 'fr-FR' })
  expect(used.status).toBe(400)
  expect(await used.text()).toContain('Cette page a expiré')
  expect(used.headers.get('content-security-policy')).toMatch(/^default-src 'none'/)
  expect(used.headers.get('cache-control')).toBe('no-store')
  expect(used.headers.get('cross-origin-opener-policy')).toBe('same-origin-allow-popups')
})

test('a state of another window, a code that was used and parameters that name an address lead nowhere', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const opened = await open(await consentUrlOf(world))
  const cookie = opened.headers.getSetCookie().join().split(';')[0] ?? ''
  const callback = await world.sandbox.entra.answerConsent(opened.headers.get('location') ?? '', 'accept')
  const other = new URL(callback)
  other.searchParams.set('state', 'another')
  for (const [address, sent] of [
    [other.href, cookie],
    [callback, ''],
    [callback, 'mailboard-consent=a.b.c'],
    [`${world.server.url}/oauth/microsoft/callback?redirect=https://evil.example&state[]=x`, cookie],
  ] as const) {
    const answered = await open(address, { cookie: sent })
    expect(answered.status).toBe(400)
    expect(answered.headers.get('location')).toBeNull()
  }
  const finished = await open(callback, { cookie })
  expect(finished.status).toBe(200)
  expect(await finished.text()).toContain('Your mailbox is connected')
  expect((await open(callback, { cookie })).status).toBe(400)
  expect(world.sandbox.vault.tokenPaths()).toHaveLength(1)
})
