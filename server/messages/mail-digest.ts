// By which a mail is known again that Graph gives another id: one that was moved to the archive and back comes as a new message.
// What it is known by is what does not change then. Of that nothing is kept but a digest, under a key that stands in no database.
import { createHmac } from 'node:crypto'
import { type Credential, keyFromCredential } from '../credential-key.ts'
import type { Mail } from './mail-of.ts'

type Owner = { tenantId: string; personId: string }

/**
 * undefined: it has no Message-ID, and any two such mails of a sender might be taken for one.
 * `contents`: of a mail that shares all that it is known by with another (see contents-of.ts).
 */
export type DigestOf = (owner: Owner, mail: Mail, contents?: string) => Buffer | undefined

export function mailDigest(credential: Credential): DigestOf {
  const key = keyFromCredential(credential, 'mails that come back')
  return ({ tenantId, personId }, { internetMessageId, receivedAt, senderAddress, subject }, contents) => {
    // Its sender chooses a Message-ID, and might repeat that of another: alone it never suppresses anything.
    const known = [internetMessageId.trim(), receivedAt, senderAddress.trim().toLowerCase(), subject, ...(contents ? [contents] : [])]
    if (known[0] === '') return undefined
    return createHmac('sha256', key)
      .update(JSON.stringify([tenantId, personId, ...known]))
      .digest()
  }
}
