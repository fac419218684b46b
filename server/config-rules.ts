// What no variable can tell alone, and what is refused because it would open more than its operator means.
import { accessSync, constants } from 'node:fs'
import { databaseFault } from './config-database.ts'
import { isLoopbackHost } from './upstream/loopback.ts'

type Given = Record<string, unknown>

/** A blank value counts as absent. Not of these: absent, each of them means something wider than "nobody". */
const neverBlank = ['ALLOWED_TENANTS', 'ALLOWED_CLIENTS', 'ENTRA_TENANT_ID', 'FRAME_ANCESTORS', 'ADMINS', 'TRUST_PROXY']

export const blankFaults = (env: Record<string, string | undefined>): string[] =>
  neverBlank.filter((name) => env[name]?.trim() === '').map((name) => `${name}: is blank: fill it in, or take it out`)

export function faultsBetween(given: Given): string[] {
  const has = (name: string) => given[name] !== undefined
  return [
    has('TLS_CERT') !== has('TLS_KEY') ? 'TLS_CERT, TLS_KEY: one goes with the other' : '',
    has('ENTRA_CLIENT_SECRET') && has('ENTRA_CLIENT_CERTIFICATE') ? 'ENTRA_CLIENT_SECRET, ENTRA_CLIENT_CERTIFICATE: only one of them' : '',
    !has('ENTRA_CLIENT_SECRET') && !has('ENTRA_CLIENT_CERTIFICATE') ? 'ENTRA_CLIENT_SECRET or ENTRA_CLIENT_CERTIFICATE: is missing' : '',
    has('ROLE') && given['ROLE'] !== 'all' && !has('DATABASE_URL') ? 'ROLE: other than all needs DATABASE_URL' : '',
    ...['TLS_CERT', 'TLS_KEY', 'ENTRA_CLIENT_CERTIFICATE'].map((name) => unreadable(name, given[name])),
    has('MONDAY_CLIENT_ID') !== has('MONDAY_CLIENT_SECRET') ? 'MONDAY_CLIENT_ID, MONDAY_CLIENT_SECRET: one goes with the other' : '',
    listenFault(given),
    typeof given['DATABASE_URL'] === 'string' ? databaseFault(given['DATABASE_URL']) : '',
    String(given['NODE_TLS_REJECT_UNAUTHORIZED']).trim() === '0'
      ? 'NODE_TLS_REJECT_UNAUTHORIZED: 0 would take anybody for Microsoft, Vault and the database; name a certificate authority of your own by NODE_EXTRA_CA_CERTS'
      : '',
  ].filter((fault) => fault !== '')
}

/** Access tokens would cross the network in the clear. */
function listenFault({ HOST, TLS_CERT, TRUST_PROXY }: Given): string {
  if (typeof HOST !== 'string' || isLoopbackHost(HOST.trim()) || TLS_CERT !== undefined || TRUST_PROXY !== undefined) return ''
  return 'HOST: beyond this machine it needs TLS_CERT and TLS_KEY, or in TRUST_PROXY the addresses of the proxies that end TLS'
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
