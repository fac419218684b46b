// The key that chains the access log of a mailbox. Vault stores it with the mailbox's tokens; a secret older than these keys
// gets one when it is first needed.
import type { KeptOf } from '../access-log/anchors.ts'
import { ConnectionLost, type TokenDeps, whileAlone } from './access-token.ts'
import { findConnectionById } from './connection-store.ts'
import { newAccessLogKey, type Vault } from './vault.ts'

/** `fresh`: read from Vault, not from memory. */
export const accessLogKeySource =
  (deps: TokenDeps, connectionId: string, clock: () => Date = () => new Date()) =>
  async (fresh: boolean): Promise<Buffer> => {
    const remembered = fresh ? undefined : deps.memory.recallAccessLogKey(connectionId, clock())
    if (remembered !== undefined) return remembered
    const key = keyFrom(await readKey(deps, connectionId))
    deps.memory.rememberAccessLogKey(connectionId, key, clock())
    return key
  }

export const keyFrom = (key: string): Buffer => Buffer.from(key, 'base64url')

/** Read from Vault: the key of an access log, and the anchors of its chains. */
export const keptBesideTokens =
  ({ db, vault }: Pick<TokenDeps, 'db' | 'vault'>): KeptOf =>
  async (connectionId) => {
    const connection = await findConnectionById(db, connectionId)
    return connection && readKept(vault, connection.connection_key)
  }

export async function readKept(vault: Vault, connectionKey: string): ReturnType<KeptOf> {
  const key = (await vault.readTokens(connectionKey))?.tokens.ledgerKey
  if (key === undefined) return undefined
  let { anchors, version } = await vault.readAnchors(connectionKey)
  return {
    key: keyFrom(key),
    anchors,
    async write(chainId, anchor) {
      const next = new Map(anchors)
      if (anchor === null) next.delete(chainId)
      else next.set(chainId, { seq: anchor.seq, head: anchor.head })
      if ((await vault.writeAnchors(connectionKey, next, version)) === 'lost') return 'lost'
      anchors = next
      version += 1
      return 'written'
    },
  }
}

async function readKey(deps: TokenDeps, connectionId: string): Promise<string> {
  const connection = await findConnectionById(deps.db, connectionId)
  if (connection === undefined) throw new ConnectionLost('not-connected')
  const read = async () => {
    const work = () => deps.vault.readTokens(connection.connection_key)
    const kept = await deps.cooldowns.guard('vault', { connectionId }, { work })
    if (kept === undefined) throw new ConnectionLost('tokens-missing')
    return kept
  }
  const { tokens } = await read()
  return tokens.ledgerKey ?? whileAlone(deps.db, connectionId, () => giveKey(deps, connection.connection_key, read))
}

async function giveKey(
  { vault }: TokenDeps,
  connectionKey: string,
  read: () => Promise<NonNullable<Awaited<ReturnType<TokenDeps['vault']['readTokens']>>>>,
): Promise<string> {
  // Only a new connection of the same mailbox can write in between, and it brings a key.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const { tokens, version } = await read()
    if (tokens.ledgerKey !== undefined) return tokens.ledgerKey
    const ledgerKey = newAccessLogKey()
    if ((await vault.writeTokens(connectionKey, { ...tokens, ledgerKey }, version)) === 'written') return ledgerKey
  }
  throw new Error('Another process wrote the tokens of this connection at every attempt')
}
