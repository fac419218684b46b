// Recognizes a message that Graph gives a new ID: one that was moved to the archive and back appears as a new message.
// It is recognized by values that do not change then. Only a digest of them is stored, under a key that is not in any database.
import { createHmac, createSecretKey } from 'node:crypto'
import { type Credential, keyFromCredential } from '../credential-key.ts'
import type { Mail } from './mail-of.ts'

type Owner = { tenantId: string; personId: string }

/**
 * undefined: it has no Message-ID, and two such messages of a sender could be mistaken for one.
 * `contents`: for a message whose values are all the same as another's (see contents-of.ts).
 */
export type DigestOf = (owner: Owner, mail: Mail, contents?: string) => Buffer | undefined

export function mailDigest(credential: Credential): DigestOf {
  const key = createSecretKey(keyFromCredential(credential, 'mails that come back'))
  return ({ tenantId, personId }, { internetMessageId, receivedAt, senderAddress, subject }, contents) => {
    // The sender chooses the Message-ID, and might repeat another one: on its own, it never suppresses a message.
    const known = [internetMessageId.trim(), receivedAt, senderAddress.trim().toLowerCase(), subject, ...(contents ? [contents] : [])]
    if (known[0] === '') return undefined
    return createHmac('sha256', key)
      .update(JSON.stringify([tenantId, personId, ...known]))
      .digest()
  }
}
