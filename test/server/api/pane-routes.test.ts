import { expect, test } from '@jest/globals'
import { manifestFor } from '../../../server/api/manifest.ts'
import { paneCsp } from '../../../server/api/pane-routes.ts'
import { readConfig } from '../../../server/config.ts'

const config = (overrides: Record<string, string> = {}) =>
  readConfig({
    ENTRA_CLIENT_ID: 'client',
    ENTRA_CLIENT_SECRET: 'secret',
    VAULT_ADDR: 'https://vault.example',
    VAULT_ROLE_ID: 'role',
    VAULT_SECRET_ID: 'secret',
    ...overrides,
  })

const directive = (csp: string, name: string) =>
  csp
    .split('; ')
    .find((each) => each.startsWith(`${name} `))
    ?.split(' ')
    .slice(1)

test('with the CDN’s office.js its second address is let in too', () => {
  const csp = paneCsp(config())
  expect(directive(csp, 'script-src')).toEqual([
    "'self'",
    'https://appsforoffice.microsoft.com/lib/1/hosted/',
    'https://ajax.aspnetcdn.com/ajax/3.5/MicrosoftAjax.js',
  ])
  expect(directive(csp, 'connect-src')).toEqual(["'self'", 'https://login.microsoftonline.com'])
  expect(directive(csp, 'frame-ancestors')).toContain('https://outlook.office.com')
  expect(csp).not.toMatch(/script-src[^;]*unsafe/)
})

test('with an office.js of one’s own nothing of Microsoft’s is', () => {
  const csp = paneCsp(config({ OFFICE_JS_URL: 'https://office.example/lib/office.js', FRAME_ANCESTORS: 'https://mail.example' }))
  expect(directive(csp, 'script-src')).toEqual(["'self'", 'https://office.example/lib/'])
  expect(directive(csp, 'frame-ancestors')).toEqual(['https://mail.example'])
})

test('nothing in the address of an office.js ends a source or a directive', () => {
  const csp = paneCsp(config({ OFFICE_JS_URL: 'https://office.example/a;script-src%20*,b/office.js?v=1' }))
  expect(directive(csp, 'script-src')).toEqual(["'self'", 'https://office.example/a%3Bscript-src%20*%2Cb/'])
})

test('the manifest names the address at which the server is reached, and has an id of its own there', async () => {
  const template = await manifestFor('https://localhost:3000')
  const ours = await manifestFor('https://mail.example')
  const idOf = (xml: string) => /<Id>([^<]+)<\/Id>/.exec(xml)?.[1]
  expect(ours).not.toContain('localhost')
  expect(ours).toContain('https://mail.example/taskpane.html')
  expect(idOf(ours)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(idOf(ours)).not.toBe(idOf(template))
  expect(idOf(await manifestFor('https://mail.example'))).toBe(idOf(ours))
})
