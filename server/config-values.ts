// What a variable may hold, kind by kind. Messages name no value: some of them are secrets.
import { isIP } from 'node:net'
import { z } from 'zod'
import { isLoopbackHost } from './upstream/loopback.ts'

const required = { error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : undefined) }

export const text = z.string(required).trim()
export const guid = text.pipe(z.guid('is no GUID')).transform((value) => value.toLowerCase())

/** Separated by commas or spaces. One that names nothing is a slip: absent, the default would hold. */
export const listOf = <Entry extends z.ZodType<unknown, string>>(entry: Entry) =>
  text
    .transform((value) => value.split(/[\s,]+/).filter((each) => each !== ''))
    .refine((entries) => entries.length > 0, 'names nothing: fill it in, or take it out')
    .pipe(z.array(entry))
    .readonly()

/** https, or http to this machine. No name and password: `https://login.microsoftonline.com@evil.example` is another host. */
export const scriptUrl = text.transform((value, context) => {
  const fault = urlFault(URL.parse(value), value)
  if (fault === undefined) return withoutSlashes(value)
  context.addIssue(fault)
  return z.NEVER
})

/** What paths are put behind. */
export const safeUrl = scriptUrl.refine((value) => !/[?#]/.test(value), 'must not hold a query or fragment')

function urlFault(url: URL | null, value: string): string | undefined {
  if (url === null || !['https:', 'http:'].includes(url.protocol)) return 'is no https address'
  // Some read a backslash as a slash, others as part of a name.
  if (/[\\\s]/.test(value)) return 'must not hold a backslash or a space'
  if (url.username !== '' || url.password !== '' || /^[^:/?#]*:\/*[^/?#]*@/.test(value)) return 'must not hold a user name or password'
  if (url.protocol === 'http:' && !isLoopbackHost(url.hostname)) return 'plain http is for loopback hosts alone'
  return undefined
}

export const originUrl = safeUrl.refine(
  (value) => !URL.canParse(value) || new URL(value).origin === value.toLowerCase(),
  'must be an origin, without a path',
)

/** Who may frame the pane: a wildcard would let in whatever is put under that name some day. */
export const frameSource = text.refine((source) => {
  if (source === "'self'" || source === "'none'") return true
  const url = /^https?:\/\/[\w.:[\]-]+$/.test(source) ? URL.parse(source) : null
  return url !== null && (url.protocol === 'https:' || isLoopbackHost(url.hostname))
}, "must list origins by https, 'self' or 'none', without wildcards")

/** As Express takes it. A large part of all addresses there are is no list of proxies: of private ones the largest are 10.0.0.0/8 and fc00::/7. */
export const proxyAddress = text.refine((entry) => {
  if (['loopback', 'linklocal', 'uniquelocal'].includes(entry)) return true
  const [address = '', bits, ...more] = entry.split('/')
  const family = isIP(address)
  if (family === 0 || more.length > 0) return false
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= (family === 4 ? 8 : 7) && Number(bits) <= (family === 4 ? 32 : 128))
  )
}, 'must list addresses of proxies, such as 10.0.0.7 or 10.0.0.0/24')

export const tenantAndObject = text.transform((pair, context) => {
  const [tenantId, objectId, ...more] = pair.split('/').map((part) => guid.safeParse(part).data)
  if (tenantId !== undefined && objectId !== undefined && more.length === 0) return { tenantId, objectId }
  context.addIssue('must list tenantId/objectId')
  return z.NEVER
})

const withoutSlashes = (url: string): string => (url.endsWith('/') ? withoutSlashes(url.slice(0, -1)) : url)
