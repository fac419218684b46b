// Whether what goes to the database is safe on its way, judged by what the driver makes of the address and of PG* variables,
// and not by how they read: `sslmode=require`, `ssl=no-verify`, `uselibpqcompat` and `?host=` mean what the driver says.
import { Client } from 'pg'
import { isLoopbackHost } from './upstream/loopback.ts'

/** A fault, or an empty text. Nothing of the address is in it: it holds a password. */
export function databaseFault(connectionString: string): string {
  let client: { host: string; ssl: unknown }
  try {
    client = new Client({ connectionString }) as unknown as typeof client
  } catch {
    return 'DATABASE_URL: the driver cannot read it, or a certificate file that it names'
  }
  const { host, ssl } = client
  if (host.startsWith('/') || isLoopbackHost(host) || isVerified(ssl)) return ''
  return 'DATABASE_URL: beyond this machine it needs verified TLS: add sslmode=verify-full (and sslrootcert=<file> for an authority of your own)'
}

/** Chain and host name: without `checkServerIdentity` any certificate of the same authority would do. */
function isVerified(ssl: unknown): boolean {
  if (ssl === true) return true
  if (typeof ssl !== 'object' || ssl === null) return false
  return !('rejectUnauthorized' in ssl && ssl.rejectUnauthorized !== true) && !('checkServerIdentity' in ssl)
}
