import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { belongsToAuthority } from '../../../server/upstream/authority.ts'
import { isLoopbackHost } from '../../../server/upstream/loopback.ts'

const entra = 'https://login.microsoftonline.com'

test.each([
  [entra, `${entra}/common/oauth2/v2.0/token`],
  [entra, 'https://login.microsoft.com/common/discovery/v2.0/keys'],
  ['https://login.chinacloudapi.cn', 'https://login.partner.microsoftonline.cn/t/oauth2/v2.0/token'],
  ['https://contoso.ciamlogin.com', 'https://contoso.ciamlogin.com/t/oauth2/v2.0/token'],
  ['https://sts.example:8443/entra', 'https://sts.example:8443/elsewhere'],
  ['http://127.0.0.1:4000/entra', 'http://localhost:4000/entra/token'],
])('%s may name %s', (authority, endpoint) => {
  expect(belongsToAuthority(authority, endpoint)).toBe(true)
})

test.each([
  [entra, 'https://evil.example/token'],
  [entra, 'http://login.microsoftonline.com/token'],
  [entra, 'https://login.microsoftonline.com:8443/token'],
  [entra, 'https://login.microsoftonline.com.evil.example/token'],
  [entra, 'https://login.microsoftonline.com@evil.example/token'],
  [entra, 'https://user@login.microsoftonline.com/token'],
  [entra, 'https://evil.login.microsoftonline.com/token'],
  [entra, 'http://127.0.0.1/token'],
  [entra, 'not an address'],
  ['https://sts.example', 'https://login.microsoftonline.com/token'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1:4001/token'],
  ['http://127.0.0.1:4000', 'http://127.0.0.1.evil.example:4000/token'],
])('%s may not name %s', (authority, endpoint) => {
  expect(belongsToAuthority(authority, endpoint)).toBe(false)
})

test.each([
  'localhost',
  'LOCALHOST',
  'vault.localhost',
  '127.0.0.1',
  '127.255.255.254',
  '::1',
  '[::1]',
  '0:0:0:0:0:0:0:1',
  '::ffff:127.0.0.1',
])('%s is this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(true)
})

test.each([
  '0.0.0.0',
  '::',
  '[::]',
  '::2',
  '128.0.0.1',
  '10.0.0.1',
  'localhost.example',
  '127.0.0.1.example',
  'notlocalhost',
  '',
  '::ffff:10.0.0.1',
])('"%s" is not for certain', (host) => {
  expect(isLoopbackHost(host)).toBe(false)
})

test('no address but 127.0.0.0/8 is this machine', () => {
  fc.assert(fc.property(fc.ipV4(), (address) => isLoopbackHost(address) === address.startsWith('127.')))
})
