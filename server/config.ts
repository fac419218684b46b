// The environment, read once: each variable with its bounds and its default. Whatever is wrong comes back as one
// error that names every fault, and no value of a secret.
import { accessSync, constants } from 'node:fs'
import { z } from 'zod'

export type Config = Readonly<{
  host: string
  port: number
  tls: { certPath: string; keyPath: string } | null
  /** An origin, without a slash at its end. */
  publicUrl: string
  /** PostgreSQL's address; null: the embedded database in dataDir. */
  databaseUrl: string | null
  dataDir: string
  role: 'all' | 'web' | 'worker'
  entra: {
    authority: string
    /** `organizations` or one tenant's GUID. */
    tenantId: string
    allowedTenants: readonly string[] | null
    clientId: string
    clientSecret: string | null
    clientCertificatePath: string | null
  }
  graphUrl: string
  vault: { address: string; roleId: string; secretId: string; kvMount: string; tokenRole: string | null }
  monday: { apiUrl: string; oauthUrl: string; clientId: string | null; clientSecret: string | null; signingSecret: string | null }
  officeJsUrl: string
  frameAncestors: readonly string[]
  admins: readonly { tenantId: string; objectId: string }[]
  catchupIntervalMs: number
  catchupCallsPerSecond: number
  jobLeaseMs: number
  idempotencyTrustMs: number
  retryBaseMs: number
  tokenRefreshAheadMs: number
  retentionDays: number
  logLevel: string
}>

export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const parsed = environment.safeParse(given)
  const faults = [...(parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])}: ${issue.message}`), ...faultsBetween(given)]
  if (!parsed.success || faults.length > 0) throw new Error(`Bad environment:\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
  return Object.freeze(configFrom(parsed.data))
}

const outlookHosts = [
  "'self'",
  'https://outlook.office.com',
  'https://outlook.office365.com',
  'https://outlook.live.com',
  'https://outlook.cloud.microsoft',
  'https://*.cloud.microsoft',
  'https://*.office.com',
  'https://*.office365.com',
  'https://*.officeapps.live.com',
]

const required = { error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : undefined) }

const text = z.string(required).trim()
const guid = text.pipe(z.guid('is no GUID')).transform((value) => value.toLowerCase())
const list = text.transform((value) => value.split(/[\s,]+/).filter((entry) => entry !== ''))

const withoutSlashes = (url: string): string => (url.endsWith('/') ? withoutSlashes(url.slice(0, -1)) : url)

const safeUrl = text.transform((value, context) => {
  const parsed = URL.canParse(value) ? new URL(value) : undefined
  if (parsed && (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && isLoopback(parsed.hostname)))) return withoutSlashes(value)
  context.addIssue(parsed?.protocol === 'http:' ? 'plain http is for loopback hosts alone' : 'is no https address')
  return z.NEVER
})

const origin = safeUrl.refine(
  (value) => !URL.canParse(value) || new URL(value).origin === value.toLowerCase(),
  'must be an origin, without a path',
)

const whole = (min: number, max: number, ifAbsent: number) =>
  z.coerce.number('is no number').int('is no whole number').min(min, `is below ${min}`).max(max, `is above ${max}`).default(ifAbsent)

const unitsMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `500ms`, `2s`, `5m`, `1h`, `1d`, within bounds; as milliseconds. */
function duration(ifAbsent: string, shortest: string, longest: string) {
  const between = (value: number) => value >= toMs(shortest) && value <= toMs(longest)
  return text
    .regex(/^\d+(\.\d+)?(ms|s|m|h|d)$/, 'is no duration such as 2s, 5m or 1h')
    .transform(toMs)
    .refine((value) => Number.isNaN(value) || between(value), `must lie between ${shortest} and ${longest}`)
    .default(toMs(ifAbsent))
}

function toMs(value: string): number {
  const [, amount, unit] = /^([\d.]+)([a-z]+)$/.exec(value) ?? []
  return Math.round(Number(amount) * (Object.entries(unitsMs).find(([name]) => name === unit)?.[1] ?? Number.NaN))
}

const environment = z.object({
  PORT: whole(0, 65_535, 3000),
  HOST: text.default('127.0.0.1'),
  TLS_CERT: text.optional(),
  TLS_KEY: text.optional(),
  PUBLIC_URL: origin.optional(),
  DATABASE_URL: text.regex(/^postgres(ql)?:\/\//, 'must begin with postgres://').optional(),
  DATA_DIR: text.default('./data'),
  ROLE: z.enum(['all', 'web', 'worker'], 'must be all, web or worker').default('all'),
  ENTRA_AUTHORITY: safeUrl.default('https://login.microsoftonline.com'),
  ENTRA_TENANT_ID: z.union([z.literal('organizations'), guid], 'must be organizations or a tenant GUID').default('organizations'),
  ALLOWED_TENANTS: list.pipe(z.array(guid)).optional(),
  ENTRA_CLIENT_ID: text,
  ENTRA_CLIENT_SECRET: text.optional(),
  ENTRA_CLIENT_CERTIFICATE: text.optional(),
  GRAPH_URL: safeUrl.default('https://graph.microsoft.com/v1.0'),
  VAULT_ADDR: safeUrl,
  VAULT_ROLE_ID: text,
  VAULT_SECRET_ID: text,
  VAULT_KV_MOUNT: text.regex(/^[\w-]+(\/[\w-]+)*$/, 'is no mount path').default('mailboard'),
  VAULT_TOKEN_ROLE: text.optional(),
  MONDAY_API_URL: safeUrl.default('https://api.monday.com/v2'),
  MONDAY_OAUTH_URL: safeUrl.default('https://auth.monday.com/oauth_ms'),
  MONDAY_CLIENT_ID: text.optional(),
  MONDAY_CLIENT_SECRET: text.optional(),
  MONDAY_SIGNING_SECRET: text.optional(),
  OFFICE_JS_URL: safeUrl.default('https://appsforoffice.microsoft.com/lib/1/hosted/office.js'),
  FRAME_ANCESTORS: list
    .refine((sources) => sources.every((source) => /^('self'|'none'|https?:\/\/[\w*.:[\]-]+)$/.test(source)), 'must list origins')
    .default(outlookHosts),
  ADMINS: list
    .refine((pairs) => pairs.every((pair) => pair.split('/').length === 2 && pair.split('/').every(isGuid)), 'must list tenantId/objectId')
    .default([]),
  CATCHUP_INTERVAL: duration('5m', '1s', '1d'),
  CATCHUP_CALLS_PER_SECOND: whole(1, 1000, 20),
  JOB_LEASE: duration('2m', '2s', '1h'),
  IDEMPOTENCY_TRUST: duration('25m', '1s', '30m'),
  RETRY_BASE: duration('2s', '10ms', '1m'),
  TOKEN_REFRESH_AHEAD: duration('5m', '0s', '50m'),
  RETENTION_DAYS: whole(1, 3650, 30),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], "must be one of pino's levels").default('info'),
})

/** What no variable can tell alone. */
function faultsBetween(given: Record<string, unknown>): string[] {
  const has = (name: string) => given[name] !== undefined
  return [
    has('TLS_CERT') !== has('TLS_KEY') ? 'TLS_CERT, TLS_KEY: one goes with the other' : '',
    has('ENTRA_CLIENT_SECRET') && has('ENTRA_CLIENT_CERTIFICATE') ? 'ENTRA_CLIENT_SECRET, ENTRA_CLIENT_CERTIFICATE: only one of them' : '',
    !has('ENTRA_CLIENT_SECRET') && !has('ENTRA_CLIENT_CERTIFICATE') ? 'ENTRA_CLIENT_SECRET or ENTRA_CLIENT_CERTIFICATE: is missing' : '',
    has('ROLE') && given['ROLE'] !== 'all' && !has('DATABASE_URL') ? 'ROLE: other than all needs DATABASE_URL' : '',
    ...['TLS_CERT', 'TLS_KEY', 'ENTRA_CLIENT_CERTIFICATE'].map((name) => unreadable(name, given[name])),
    has('MONDAY_CLIENT_ID') !== has('MONDAY_CLIENT_SECRET') ? 'MONDAY_CLIENT_ID, MONDAY_CLIENT_SECRET: one goes with the other' : '',
  ].filter((fault) => fault !== '')
}

function unreadable(name: string, path: unknown): string {
  if (typeof path !== 'string') return ''
  try {
    accessSync(path, constants.R_OK)
    return ''
  } catch {
    return `${name}: there is no file at ${path} that can be read`
  }
}

function configFrom(env: z.infer<typeof environment>): Config {
  return {
    host: env.HOST,
    port: env.PORT,
    tls: env.TLS_CERT !== undefined && env.TLS_KEY !== undefined ? { certPath: env.TLS_CERT, keyPath: env.TLS_KEY } : null,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    databaseUrl: env.DATABASE_URL ?? null,
    dataDir: env.DATA_DIR,
    role: env.ROLE,
    entra: {
      authority: env.ENTRA_AUTHORITY,
      tenantId: env.ENTRA_TENANT_ID,
      allowedTenants: env.ALLOWED_TENANTS ?? null,
      clientId: env.ENTRA_CLIENT_ID,
      clientSecret: env.ENTRA_CLIENT_SECRET ?? null,
      clientCertificatePath: env.ENTRA_CLIENT_CERTIFICATE ?? null,
    },
    graphUrl: env.GRAPH_URL,
    vault: {
      address: env.VAULT_ADDR,
      roleId: env.VAULT_ROLE_ID,
      secretId: env.VAULT_SECRET_ID,
      kvMount: env.VAULT_KV_MOUNT,
      tokenRole: env.VAULT_TOKEN_ROLE ?? null,
    },
    monday: {
      apiUrl: env.MONDAY_API_URL,
      oauthUrl: env.MONDAY_OAUTH_URL,
      clientId: env.MONDAY_CLIENT_ID ?? null,
      clientSecret: env.MONDAY_CLIENT_SECRET ?? null,
      signingSecret: env.MONDAY_SIGNING_SECRET ?? null,
    },
    officeJsUrl: env.OFFICE_JS_URL,
    frameAncestors: env.FRAME_ANCESTORS,
    admins: env.ADMINS.map((pair) => {
      const [tenantId = '', objectId = ''] = pair.toLowerCase().split('/')
      return { tenantId, objectId }
    }),
    catchupIntervalMs: env.CATCHUP_INTERVAL,
    catchupCallsPerSecond: env.CATCHUP_CALLS_PER_SECOND,
    jobLeaseMs: env.JOB_LEASE,
    idempotencyTrustMs: env.IDEMPOTENCY_TRUST,
    retryBaseMs: env.RETRY_BASE,
    tokenRefreshAheadMs: env.TOKEN_REFRESH_AHEAD,
    retentionDays: env.RETENTION_DAYS,
    logLevel: env.LOG_LEVEL,
  }
}

const isGuid = (value: string) => z.guid().safeParse(value).success
const isLoopback = (host: string) =>
  host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host)
