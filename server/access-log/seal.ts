// A seal lets a chain be checked after its own key was erased with its connection. It seals the chain's last state under a key derived
// from the server's own credential, which is not in any database, and includes the chain's key if Vault still had it.
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { type Credential, keyFromCredential } from '../credential-key.ts'
import { isSameHead } from './chain.ts'
import type { Sealable } from './state.ts'

export type Opened =
  | { kind: 'key'; key: Buffer }
  /** Its key was lost when it ended. */
  | { kind: 'as-found' }
  /** Sealed with another credential of the server, or the row only claims so. */
  | { kind: 'other-credential' }
  | { kind: 'forged' }

export const sealKeyFrom = (credential: Credential): Buffer => keyFromCredential(credential, 'ended access logs')

/** Without the chain's key. */
export function sealed(sealKey: Buffer, chain: Sealable, key?: Buffer): string {
  const kind = key === undefined ? 'as-found' : 'key'
  const iv = randomBytes(ivBytes)
  const cipher = createCipheriv(algorithm, sealKey, iv).setAAD(stateOf(chain, kind))
  const content = Buffer.concat([cipher.update(key ?? Buffer.alloc(0)), cipher.final()])
  return [kind, idOf(sealKey), Buffer.concat([iv, cipher.getAuthTag(), content]).toString('base64url')].join('.')
}

/** undefined: it is not sealed. */
export function openSeal(sealKey: Buffer, chain: Sealable & { sealed: string | null }): Opened | undefined {
  if (chain.sealed === null) return undefined
  const [kind = '', credential = '', text = ''] = chain.sealed.split('.')
  if (!isSameHead(credential, idOf(sealKey))) return { kind: 'other-credential' }
  if (kind !== 'key' && kind !== 'as-found') return { kind: 'forged' }
  const bytes = Buffer.from(text, 'base64url')
  if (bytes.length < ivBytes + tagBytes) return { kind: 'forged' }
  const decipher = createDecipheriv(algorithm, sealKey, bytes.subarray(0, ivBytes), { authTagLength: tagBytes })
    .setAAD(stateOf(chain, kind))
    .setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes))
  try {
    const key = Buffer.concat([decipher.update(bytes.subarray(ivBytes + tagBytes)), decipher.final()])
    return kind === 'key' ? { kind, key } : { kind }
  } catch {
    // Node throws a plain error if the tag does not match, which is the answer to the question.
    return { kind: 'forged' }
  }
}

const algorithm = 'aes-256-gcm'
const ivBytes = 12
const tagBytes = 16

/** Everything that identifies the chain, and its length. */
const stateOf = (chain: Sealable, kind: string): Buffer =>
  Buffer.from(
    JSON.stringify([
      kind,
      chain.id,
      chain.connection_id,
      chain.tenant_id,
      chain.person_id,
      chain.key_id,
      chain.seq,
      chain.head,
      chain.ended_at?.toISOString() ?? null,
    ]),
  )

const idOf = (sealKey: Buffer) => createHmac('sha256', sealKey).update('which').digest('hex').slice(0, 16)
