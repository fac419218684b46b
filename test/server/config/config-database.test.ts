// What the driver makes of DATABASE_URL decides: each address is judged, and the dangerous ones are tried against a listener
// whose certificate nobody vouches for.
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterEach, expect, test } from '@jest/globals'
import { Client } from 'pg'
import { databaseFault } from '../../../server/config-database.ts'
import { trustedCertificate } from '../../support/outlook-host/certificate.ts'

const folder = mkdtempSync(join(tmpdir(), 'mailboard-roots-'))
const roots = join(folder, 'roots.pem')
writeFileSync(roots, '')
const root = encodeURIComponent(roots)

afterEach(() => {
  delete process.env['PGSSLMODE']
  delete process.env['PGHOST']
})

test.each([
  'postgres://u:p@localhost/db',
  'postgres://u:p@127.0.0.1:5433/db',
  'postgres://u:p@[::1]/db',
  'postgres:///db',
  'postgres://u@%2Frun%2Fpostgresql/db',
  'postgres://u:p@/db?host=/run/postgresql',
  'postgres://u:p@db.example/db?host=/run/postgresql',
  'postgres://u:p@db.example/db?sslmode=verify-full',
  `postgres://u:p@db.example/db?sslmode=verify-full&sslrootcert=${root}`,
  `postgres://u:p@db.example/db?sslrootcert=${root}`,
  'postgres://u:p@db.example/db?ssl=true',
  'postgres://u:p@db.example/db?sslnegotiation=direct',
  'postgres://u:p@db.example/db?uselibpqcompat=true&sslmode=verify-full',
  // As long as the driver takes them for verify-full.
  'postgres://u:p@db.example/db?sslmode=require',
  'postgres://u:p@db.example/db?sslmode=verify-ca',
])('%s is taken', (url) => {
  expect(databaseFault(url)).toBe('')
})

test.each([
  'postgres://u:p@db.example/db',
  'postgresql://u:p@10.0.0.7/db',
  'postgres://u:p@db.example/db?sslmode=disable',
  'postgres://u:p@db.example/db?sslmode=no-verify',
  'postgres://u:p@db.example/db?ssl=no-verify',
  'postgres://u:p@db.example/db?ssl=0',
  'postgres://u:p@db.example/db?ssl=false',
  'postgres://u:p@db.example/db?uselibpqcompat=true&sslmode=require',
  'postgres://u:p@db.example/db?uselibpqcompat=true&sslmode=prefer',
  `postgres://u:p@db.example/db?uselibpqcompat=true&sslmode=require&sslrootcert=${root}`,
  `postgres://u:p@db.example/db?uselibpqcompat=true&sslmode=verify-ca&sslrootcert=${root}`,
  'postgres://u:p@localhost/db?host=db.example',
  'postgres://u:p@localhost,db.example/db',
  'postgres://u:p@localhost.example/db',
  'postgres://u:p@0.0.0.0/db',
  'postgres://u:p@db.example/db?sslmode=verify-full&sslrootcert=/nowhere.pem',
])('%s is refused, and nothing of it is shown', (url) => {
  expect(databaseFault(url)).toMatch(/^DATABASE_URL: (?!.*(db\.example|postgres:))/)
})

test('what the environment says of the driver counts', () => {
  process.env['PGSSLMODE'] = 'verify-full'
  expect(databaseFault('postgres://u:p@db.example/db')).toBe('')
  expect(databaseFault('postgres://u:p@db.example/db?sslmode=disable')).not.toBe('')
  process.env['PGSSLMODE'] = 'no-verify'
  expect(databaseFault('postgres://u:p@db.example/db')).not.toBe('')
  process.env['PGSSLMODE'] = 'disable'
  process.env['PGHOST'] = 'db.example'
  expect(databaseFault('postgres:///db')).not.toBe('')
})

/** Speaks TLS as PostgreSQL does, with this certificate, and notes whether a password would come. */
async function aDatabase({ cert, key }: { cert: string; key: string }) {
  let greeted = 0
  const server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.once('data', () => {
      socket.write('S')
      new TLSSocket(socket, { isServer: true, cert, key })
        .on('error', () => undefined)
        .once('data', () => {
          greeted += 1
          socket.destroy()
        })
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  return { port, greeted: () => greeted, stop: () => server.close() }
}

test('with an address that is taken, a server whose certificate does not verify is not spoken to', async () => {
  const certificate = await trustedCertificate()
  certificate.forget()
  const database = await aDatabase(certificate)
  try {
    const ask = (query: string) =>
      new Client({ connectionString: `postgres://u:p@127.0.0.1:${database.port}/db?${query}` }).connect().then(
        () => '',
        (error: unknown) => String(error),
      )
    for (const query of ['sslmode=verify-full', 'sslmode=require', 'ssl=true', 'uselibpqcompat=true&sslmode=verify-full'])
      expect(await ask(query)).toMatch(/certificate|self-signed/i)
    expect(database.greeted()).toBe(0)
    // That it would be heard of: with these the driver goes on.
    for (const query of ['sslmode=no-verify', 'uselibpqcompat=true&sslmode=require']) await ask(query)
    expect(database.greeted()).toBe(2)
  } finally {
    database.stop()
    rmSync(folder, { recursive: true, force: true })
  }
})
