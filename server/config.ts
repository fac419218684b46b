// The environment, read once: each variable with its bounds and its default. Whatever is wrong comes back as one
// error that names every fault, and no value of a secret.
import { z } from 'zod'
import { frameSource, guid, listOf, originUrl, proxyAddress, safeUrl, scriptUrl, text, tenantAndObject } from './config-values.ts'
import { blankFaults, faultsBetween } from './config-rules.ts'

export type Config = Readonly<ReturnType<typeof configFrom>>

export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const parsed = environment.safeParse(given)
  const issues = (parsed.error?.issues ?? []).map((issue) => `${String(issue.path[0])}: ${issue.message}`)
  const faults = [...new Set([...issues, ...blankFaults(env), ...faultsBetween(given)])]
  if (!parsed.success || faults.length > 0) throw new Error(`Bad environment:\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
  return Object.freeze(configFrom(parsed.data))
}

/** Where Outlook shows panes. Microsoft publishes no list; a host that is missing is named by FRAME_ANCESTORS. */
const outlookHosts = [
  "'self'",
  'https://outlook.office.com',
  'https://outlook.office365.com',
  'https://outlook.live.com',
  'https://outlook.cloud.microsoft',
  'https://outlook.office365.us',
  'https://partner.outlook.cn',
]

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
  HOST: text.transform((host) => host.replace(/^\[(.*)\]$/, '$1')).default('127.0.0.1'),
  TLS_CERT: text.optional(),
  TLS_KEY: text.optional(),
  TRUST_PROXY: listOf(proxyAddress).default(['loopback']),
  PUBLIC_URL: originUrl.optional(),
  DATABASE_URL: text.regex(/^postgres(ql)?:\/\//, 'must begin with postgres://').optional(),
  DATA_DIR: text.default('./data'),
  ROLE: z.enum(['all', 'web', 'worker'], 'must be all, web or worker').default('all'),
  ENTRA_AUTHORITY: safeUrl.default('https://login.microsoftonline.com'),
  ENTRA_TENANT_ID: z.union([z.literal('organizations'), guid], 'must be organizations or a tenant GUID').default('organizations'),
  ALLOWED_TENANTS: listOf(guid).optional(),
  ALLOWED_CLIENTS: listOf(guid).default([]),
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
  OFFICE_JS_URL: scriptUrl.default('https://appsforoffice.microsoft.com/lib/1/hosted/office.js'),
  FRAME_ANCESTORS: listOf(frameSource).default(outlookHosts),
  ADMINS: listOf(tenantAndObject).default([]),
  CATCHUP_INTERVAL: duration('5m', '1s', '1d'),
  CATCHUP_CALLS_PER_SECOND: whole(1, 1000, 20),
  JOB_LEASE: duration('2m', '2s', '1h'),
  IDEMPOTENCY_TRUST: duration('25m', '1s', '30m'),
  RETRY_BASE: duration('2s', '10ms', '1m'),
  TOKEN_REFRESH_AHEAD: duration('5m', '0s', '50m'),
  RETENTION_DAYS: whole(1, 3650, 30),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], "must be one of pino's levels").default('info'),
})

function configFrom(env: z.infer<typeof environment>) {
  return {
    host: env.HOST,
    port: env.PORT,
    tls: env.TLS_CERT !== undefined && env.TLS_KEY !== undefined ? { certPath: env.TLS_CERT, keyPath: env.TLS_KEY } : null,
    /** Addresses of proxies before us, whose word on a request's origin is taken. */
    trustProxy: env.TRUST_PROXY,
    /** An origin, without a slash at its end. */
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    /** PostgreSQL's address; null: the embedded database in dataDir. */
    databaseUrl: env.DATABASE_URL ?? null,
    dataDir: env.DATA_DIR,
    role: env.ROLE,
    entra: {
      authority: env.ENTRA_AUTHORITY,
      /** `organizations` or one tenant's GUID. */
      tenantId: env.ENTRA_TENANT_ID,
      allowedTenants: env.ALLOWED_TENANTS ?? null,
      /** Client ids, beside our own, whose access tokens are accepted. */
      allowedClients: env.ALLOWED_CLIENTS,
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
    admins: env.ADMINS,
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
