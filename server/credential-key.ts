// Keys that come from the server's own credential: the one secret that all replicas share and that none of them keeps in the database.
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'

export type Credential = Pick<Config['entra'], 'clientSecret' | 'clientCertificatePath'>

/** 32 bytes, others for each purpose. */
export function keyFromCredential({ clientSecret, clientCertificatePath }: Credential, purpose: string): Buffer {
  const secret = clientCertificatePath === null ? (clientSecret ?? '') : readFileSync(clientCertificatePath)
  return createHmac('sha256', secret).update(`mailboard: ${purpose}`).digest()
}
