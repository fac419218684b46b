// Secrets in addresses that work once. A malformed one is refused before the database is queried.
import { createHash, randomBytes } from 'node:crypto'

export const newSecret = (): string => randomBytes(32).toString('base64url')

/** Whether it has the right form. */
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** What the database stores: reading it there opens nothing. */
export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()
