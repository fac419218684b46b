// The key that chains the access log of a mailbox. It lies with its tokens in Vault; a secret from before there were such
// keys is given one when it is first needed.
import type { KeptOf } from '../access-log/anchors.ts'
import { ConnectionLost, type TokenDeps, whileAlone } from './access-token.ts'
import { findConnectionById } from './connection-store.ts'
import { newLedgerKey, type Vault } from './vault.ts'

/** `fresh`: as Vault has it now. */
export const ledgerKeySource =
  (deps: TokenDeps, connectionId: string, clock: () => Date = () => new Date()) =>
  async (fresh: boolean): Promise<Buffer> => {
    const remembered = fresh ? undefined : deps.memory.recallLedgerKey(connectionId, clock())
    if (remembered !== undefined) return remembered
    const key = keyFrom(await readKey(deps, connectionId))
    deps.memory.rememberLedgerKey(connectionId, key, clock())
    return key
  }

export const keyFrom = (ledgerKey: string): Buffer => Buffer.from(ledgerKey, 'base64url')

/** As Vault has them now: the key of an access log, and what its chains had come to. */
export const keptBesideTokens =
  ({ db, vault }: Pick<TokenDeps, 'db' | 'vault'>): KeptOf =>
  async (connectionId) => {
    const connection = await findConnectionById(db, connectionId)
    return connection && readKept(vault, connection.connection_key)
  }

export async function readKept(vault: Vault, connectionKey: string): ReturnType<KeptOf> {
  const ledgerKey = (await vault.readTokens(connectionKey))?.tokens.ledgerKey
  if (ledgerKey === undefined) return undefined
  let { anchors, version } = await vault.readAnchors(connectionKey)
  return {
    key: keyFrom(ledgerKey),
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
  // Only somebody who connects again can come in between, and they bring a key.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const { tokens, version } = await read()
    if (tokens.ledgerKey !== undefined) return tokens.ledgerKey
    const ledgerKey = newLedgerKey()
    if ((await vault.writeTokens(connectionKey, { ...tokens, ledgerKey }, version)) === 'written') return ledgerKey
  }
  throw new Error('The tokens of a connection were written by others each time')
}
