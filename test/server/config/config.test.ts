import { expect, test } from '@jest/globals'
import { readConfig } from '../../../server/config.ts'

const enough = {
  ENTRA_CLIENT_ID: 'client',
  ENTRA_CLIENT_SECRET: 'secret',
  VAULT_ADDR: 'https://vault.example:8200',
  VAULT_ROLE_ID: 'role',
  VAULT_SECRET_ID: 'secret-id',
}
const tenant = '5f1a0e1c-0c4e-4c1e-9f4e-1c1b1a1d1e1f'

test('what is not given has the defaults that the contract names', () => {
  expect(readConfig(enough)).toMatchObject({
    port: 3000,
    host: '127.0.0.1',
    publicUrl: 'http://localhost:3000',
    databaseUrl: null,
    dataDir: './data',
    role: 'all',
    entra: { authority: 'https://login.microsoftonline.com', tenantId: 'organizations', allowedTenants: null, allowedClients: [] },
    graphUrl: 'https://graph.microsoft.com/v1.0',
    trustProxy: ['loopback'],
    admins: [],
    vault: { kvMount: 'mailboard', tokenRole: null },
    catchupIntervalMs: 300_000,
    catchupCallsPerSecond: 20,
    jobLeaseMs: 120_000,
    idempotencyTrustMs: 1_500_000,
    retryBaseMs: 2_000,
    tokenRefreshAheadMs: 300_000,
    retentionDays: 30,
    logLevel: 'info',
  })
})

test('the public address follows the port', () => {
  expect(readConfig({ ...enough, PORT: '4000' }).publicUrl).toBe('http://localhost:4000')
})

test('an empty value counts as absent', () => {
  expect(readConfig({ ...enough, DATABASE_URL: '', LOG_LEVEL: ' ' })).toMatchObject({ databaseUrl: null, logLevel: 'info' })
})

test('every fault stands in one error', () => {
  const faulty = { PORT: 'x', PUBLIC_URL: 'http://mail.example', ROLE: 'web', CATCHUP_INTERVAL: 'soon', ADMINS: 'somebody' }
  expect(() => readConfig(faulty)).toThrow(
    /PORT[^]*PUBLIC_URL[^]*ENTRA_CLIENT_ID[^]*VAULT_ADDR[^]*VAULT_ROLE_ID[^]*VAULT_SECRET_ID[^]*ADMINS[^]*CATCHUP_INTERVAL[^]*ENTRA_CLIENT_SECRET[^]*ROLE/,
  )
})

test.each([
  ['VAULT_ADDR', 'http://vault.example:8200'],
  ['ENTRA_AUTHORITY', 'http://login.example'],
  ['GRAPH_URL', 'ftp://127.0.0.1/v1.0'],
  ['PUBLIC_URL', 'https://mail.example/path'],
  ['OFFICE_JS_URL', 'nonsense'],
  ['DATABASE_URL', 'mysql://127.0.0.1/x'],
  ['ROLE', 'boss'],
  ['PORT', '70000'],
  ['PORT', '1.5'],
  ['CATCHUP_INTERVAL', '0s'],
  ['JOB_LEASE', '2d'],
  ['IDEMPOTENCY_TRUST', '31m'],
  ['RETRY_BASE', '5'],
  ['RETENTION_DAYS', '0'],
  ['ALLOWED_TENANTS', 'contoso.com'],
  ['ENTRA_TENANT_ID', 'common'],
  ['ADMINS', `${tenant}/x`],
  ['FRAME_ANCESTORS', "https://a.example; script-src 'unsafe-inline'"],
  ['FRAME_ANCESTORS', 'https://*.example.com'],
  ['FRAME_ANCESTORS', 'https://a.example https://*'],
  ['FRAME_ANCESTORS', '*'],
  ['FRAME_ANCESTORS', 'https:'],
  ['FRAME_ANCESTORS', 'https://a.example:*'],
  ['FRAME_ANCESTORS', 'https://a.example/path'],
  ['FRAME_ANCESTORS', 'http://a.example'],
  ['ALLOWED_CLIENTS', 'outlook'],
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', '1'],
  ['TRUST_PROXY', '*'],
  ['TRUST_PROXY', '0.0.0.0/0'],
  ['TRUST_PROXY', '0.0.0.0/1, 128.0.0.0/1'],
  ['TRUST_PROXY', '2000::/3'],
  ['TRUST_PROXY', '10.0.0.1, ::/0'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', 'proxy.example'],
  ['NODE_TLS_REJECT_UNAUTHORIZED', '0'],
  ['ENTRA_AUTHORITY', 'https://login.microsoftonline.com@evil.example'],
  ['ENTRA_AUTHORITY', 'https://user:password@login.microsoftonline.com'],
  ['ENTRA_AUTHORITY', 'https://@login.microsoftonline.com'],
  ['ENTRA_AUTHORITY', 'https://login.microsoftonline.com?x='],
  ['ENTRA_AUTHORITY', 'https://login.microsoftonline.com/#'],
  ['ENTRA_AUTHORITY', 'https://login.microsoftonline.com\\@evil.example'],
  ['ENTRA_AUTHORITY', 'https:\\\\evil.example\\login.microsoftonline.com'],
  ['GRAPH_URL', 'https://graph.microsoft.com /v1.0'],
  ['GRAPH_URL', 'https://user@graph.microsoft.com/v1.0'],
  ['VAULT_ADDR', 'https://user:password@vault.example'],
  ['VAULT_ADDR', 'http://user@127.0.0.1:8200'],
  ['HOST', '0.0.0.0'],
  ['HOST', '::'],
  ['HOST', '192.168.1.7'],
  ['HOST', 'mailboard.example.com'],
  ['HOST', 'localhost.example.com'],
  ['VAULT_KV_MOUNT', '../sys'],
  ['LOG_LEVEL', 'loud'],
  ['TLS_CERT', '/cert.pem'],
  ['ENTRA_CLIENT_CERTIFICATE', '/both.pem'],
  ['MONDAY_CLIENT_ID', 'alone'],
])('%s=%s is refused', (name, value) => {
  expect(() => readConfig({ ...enough, [name]: value })).toThrow(name)
})

test.each([
  ['http://localhost:8200', 'http://localhost:8200'],
  ['http://127.0.0.9:8200/', 'http://127.0.0.9:8200'],
  ['http://[::1]:8200', 'http://[::1]:8200'],
  ['http://vault.localhost', 'http://vault.localhost'],
  ['https://vault.example/prefix/', 'https://vault.example/prefix'],
])('Vault may stand at %s', (given, taken) => {
  expect(readConfig({ ...enough, VAULT_ADDR: given }).vault.address).toBe(taken)
})

test('a host that only begins like a loopback one is not one', () => {
  expect(() => readConfig({ ...enough, GRAPH_URL: 'http://127.0.0.1.example/v1.0' })).toThrow('GRAPH_URL')
  expect(() => readConfig({ ...enough, GRAPH_URL: 'http://localhost.example/v1.0' })).toThrow('GRAPH_URL')
})

test('lists and durations are read', () => {
  const { admins, catchupIntervalMs, tokenRefreshAheadMs, retryBaseMs, frameAncestors } = readConfig({
    ...enough,
    ADMINS: `${tenant.toUpperCase()}/${tenant}, ${tenant}/${tenant}`,
    CATCHUP_INTERVAL: '1.5m',
    TOKEN_REFRESH_AHEAD: '0s',
    RETRY_BASE: '10ms',
    FRAME_ANCESTORS: "'self' https://outlook.office.com http://127.0.0.1:4000",
  })
  expect(admins).toEqual([
    { tenantId: tenant, objectId: tenant },
    { tenantId: tenant, objectId: tenant },
  ])
  expect({ catchupIntervalMs, tokenRefreshAheadMs, retryBaseMs }).toEqual({
    catchupIntervalMs: 90_000,
    tokenRefreshAheadMs: 0,
    retryBaseMs: 10,
  })
  expect(frameAncestors).toEqual(["'self'", 'https://outlook.office.com', 'http://127.0.0.1:4000'])
})

test('a fault never shows a value', () => {
  expect(() => readConfig({ ...enough, DATABASE_URL: 'mysql://user:hunter2@db' })).toThrow(expect.not.stringContaining('hunter2') as never)
})

test('nobody but Outlook’s hosts may frame the pane, each by its name', () => {
  const { frameAncestors } = readConfig(enough)
  expect(frameAncestors).toContain('https://outlook.office.com')
  expect(frameAncestors.filter((source) => source.includes('*'))).toEqual([])
})

const wide = ['ALLOWED_TENANTS', 'ALLOWED_CLIENTS', 'ENTRA_TENANT_ID', 'FRAME_ANCESTORS', 'ADMINS', 'TRUST_PROXY']

test.each(wide.flatMap((name) => ['', '  ', ' , '].map((value) => [name, value] as const)))('%s="%s" is refused', (name, value) => {
  expect(() => readConfig({ ...enough, [name]: value })).toThrow(name)
})

test.each(['127.0.0.1', '127.0.0.9', 'localhost', 'LOCALHOST', '::1', '[::1]', ' 127.0.0.1 '])('HOST=%s needs nothing else', (HOST) => {
  expect(readConfig({ ...enough, HOST }).host).toBe(HOST.trim().replace(/[[\]]/g, ''))
})

test('beyond this machine TLS is ended here, or by a proxy that is named', () => {
  const file = import.meta.filename
  expect(readConfig({ ...enough, HOST: '0.0.0.0', TLS_CERT: file, TLS_KEY: file }).tls).not.toBeNull()
  expect(readConfig({ ...enough, HOST: '::', TRUST_PROXY: '10.0.0.0/24, fd00::7' }).trustProxy).toEqual(['10.0.0.0/24', 'fd00::7'])
})

test('a default of Node that checks certificates may be named', () => {
  expect(() => readConfig({ ...enough, NODE_TLS_REJECT_UNAUTHORIZED: '1' })).not.toThrow()
})

test('all these faults stand in one error, without a value', () => {
  const faulty = {
    ...enough,
    ALLOWED_TENANTS: '',
    HOST: '0.0.0.0',
    NODE_TLS_REJECT_UNAUTHORIZED: '0',
    DATABASE_URL: 'postgres://mailboard:hunter2@db.example/mailboard',
    ENTRA_AUTHORITY: 'https://someone:hunter2@login.microsoftonline.com',
  }
  const message = (() => {
    try {
      readConfig(faulty)
      return ''
    } catch (error) {
      return String(error)
    }
  })()
  for (const name of ['ALLOWED_TENANTS', 'HOST', 'NODE_TLS_REJECT_UNAUTHORIZED', 'DATABASE_URL', 'ENTRA_AUTHORITY'])
    expect(message).toContain(`- ${name}: `)
  expect(message).not.toContain('hunter2')
})
