// Under which Vault keeps the tokens of a connection, and the entity alias of the child token that opens them. It begins with a
// word of ours, to which the token role is bound: our own token makes no child that is somebody else's entity.
import { randomBytes } from 'node:crypto'

/** "mailboard" in hex: servers of an older version beside this one take keys of hex digits alone. */
export const connectionKeyPrefix = Buffer.from('mailboard').toString('hex')

/** Nobody learns from it whose it is. Keys from before there was a prefix are forty digits. */
export const newConnectionKey = (): string => connectionKeyPrefix + randomBytes(20).toString('hex')
