// The secret that Graph repeats with each notification of a subscription. Only its hash is kept: whoever reads the
// database cannot forge a notification.
import { hash as hashAtOnce, randomBytes } from 'node:crypto'

/** 256 bits, in 43 characters; Graph takes 128. */
export function newClientState(): { clientState: string; hash: Buffer } {
  const clientState = randomBytes(32).toString('base64url')
  return { clientState, hash: hashOfClientState(clientState) }
}

export const hashOfClientState = (clientState: string): Buffer => hashAtOnce('sha256', clientState, 'buffer')
