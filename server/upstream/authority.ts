// Whether an address in Entra's OpenID metadata belongs to the authority that the operator configured. The token endpoint
// receives the server's credential, refresh tokens and users' own tokens, and the key endpoint decides who can sign in.
import { isLoopbackHost } from './loopback.ts'

/** Entra's sign-in hosts: an organization that was moved between these clouds keeps its endpoints at one of them. */
const signInHosts = new Set([
  'login.microsoftonline.com',
  'login.microsoft.com',
  'login.windows.net',
  'login.microsoftonline.us',
  'login-us.microsoftonline.com',
  'login.partner.microsoftonline.cn',
  'login.chinacloudapi.cn',
])

export function belongsToAuthority(authority: string, endpoint: string): boolean {
  const [ours, named] = [new URL(authority), URL.parse(endpoint)]
  if (named === null || named.username !== '' || named.password !== '' || named.protocol !== ours.protocol) return false
  if (named.origin === ours.origin) return true
  if (isLoopbackHost(named.hostname) && isLoopbackHost(ours.hostname)) return named.port === ours.port
  return named.protocol === 'https:' && [ours, named].every(({ hostname, port }) => port === '' && signInHosts.has(hostname))
}
