// Secrets in addresses that open something once. Whoever tries others is told no before anybody looks for them.
import { createHash, randomBytes } from 'node:crypto'

export const newSecret = (): string => randomBytes(32).toString('base64url')

/** Whether it could be one of ours. */
export const isSecret = (text: string): boolean => /^[\w-]{43}$/.test(text)

/** What the database keeps of one: who reads it there can open nothing. */
export const hashOfSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest()
