// Delegated tokens lie here and nowhere else (HashiCorp Vault or OpenBao, KV version 2): one secret a connection, written
// only over the version that was read. With a token role each is opened by a child token that opens no other.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Anchors } from '../access-log/anchors.ts'
import { log } from '../log.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { openVaultClient } from './vault-client.ts'
import { openVaultSession } from './vault-session.ts'

const storedTokens = z.object({
  accessToken: z.string().min(1),
  /** null: there is none, as with personal tokens of monday.com. */
  refreshToken: z.string().min(1).nullable(),
  /** null: it has no end. */
  expiresAt: z.iso.datetime().nullable(),
  displayName: z.string(),
  scopes: z.array(z.string()),
  /** 256 bits, base64url: chains the access log of this mailbox. Stored under the log's former name, as is the path of its anchors. */
  ledgerKey: z.string().length(43).optional(),
})

export type StoredTokens = z.infer<typeof storedTokens>

export const newAccessLogKey = (): string => randomBytes(32).toString('base64url')

export type Vault = {
  /** undefined: nothing is stored under this key. */
  readTokens(connectionKey: string): Promise<{ tokens: StoredTokens; version: number } | undefined>
  /** `over` is the version that was read, 0 for none. 'lost': another process has written since. */
  writeTokens(connectionKey: string, tokens: StoredTokens, over: number): Promise<'written' | 'lost'>
  /** The last link of each chain of this mailbox's access log; version 0 if nothing was written yet. */
  readAnchors(connectionKey: string): Promise<{ anchors: Anchors; version: number }>
  /** As with tokens. Nothing is left behind for a connection without tokens. */
  writeAnchors(connectionKey: string, anchors: Anchors, over: number): Promise<'written' | 'lost'>
  /** Erases all versions and their metadata, and the anchors with them. */
  eraseTokens(connectionKey: string): Promise<void>
  /** Throws while Vault is sealed, unreachable or refuses this server. */
  health(): Promise<void>
}

const secret = z.object({ data: z.object({ data: storedTokens, metadata: z.object({ version: z.number().int() }) }) })
const state = z.object({ initialized: z.boolean(), sealed: z.boolean() })
const anchored = z.object({
  data: z.object({
    data: z.object({ chains: z.record(z.string(), z.object({ seq: z.number().int(), head: z.string() })) }),
    metadata: z.object({ version: z.number().int() }),
  }),
})
const connectionKeyShape = z.string().regex(/^[0-9a-f]{32,}$/)

export function openVault({ vault: config }: Pick<Config, 'vault'>): Vault {
  if (config.tokenRole === null) log.warn('VAULT_TOKEN_ROLE is not set: the server’s own Vault token opens the tokens of every user')
  const client = openVaultClient(config.address)
  const session = openVaultSession(client, config)
  const pathOf = (kind: 'data' | 'metadata', key: string, what: 'connections' | 'ledger' = 'connections') =>
    `${config.kvMount}/${kind}/${what}/${connectionKeyShape.parse(key)}`
  const erase = async (key: string, what: 'connections' | 'ledger') => {
    const path = pathOf('metadata', key, what)
    await session.as(key, (headers) => client.delete(path, headers)).catch(undefinedWhen('not-found'))
  }

  const vault: Vault = {
    async readTokens(key) {
      const path = pathOf('data', key)
      const answer = await session.as(key, (headers) => client.read(path, headers)).catch(undefinedWhen('not-found'))
      if (answer === undefined) return undefined
      const { data } = secret.parse(answer)
      return { tokens: data.data, version: data.metadata.version }
    },
    async writeTokens(key, tokens, over) {
      const path = pathOf('data', key)
      const body = { data: tokens, options: { cas: over } }
      const answer = await session.as(key, (headers) => client.write(path, body, headers)).catch(undefinedWhen('cas-mismatch'))
      return answer === undefined ? 'lost' : 'written'
    },
    async readAnchors(key) {
      const path = pathOf('data', key, 'ledger')
      const answer = await session.as(key, (headers) => client.read(path, headers)).catch(undefinedWhen('not-found'))
      if (answer === undefined) return { anchors: new Map(), version: 0 }
      const { data } = anchored.parse(answer)
      return { anchors: new Map(Object.entries(data.data.chains)), version: data.metadata.version }
    },
    async writeAnchors(key, anchors, over) {
      const path = pathOf('data', key, 'ledger')
      const body = { data: { chains: Object.fromEntries(anchors) }, options: { cas: over } }
      const answer = await session.as(key, (headers) => client.write(path, body, headers)).catch(undefinedWhen('cas-mismatch'))
      if (answer === undefined) return 'lost'
      // The first write may come after its connection was erased. A later one cannot: its version no longer exists.
      if (over === 0 && (await vault.readTokens(key)) === undefined) await erase(key, 'ledger')
      return 'written'
    },
    async eraseTokens(key) {
      // In this order: once the tokens are gone, no anchor is written.
      await erase(key, 'connections')
      await erase(key, 'ledger')
      session.forget(key)
    },
    async health() {
      const { initialized, sealed } = state.parse(await client.read('sys/health?standbyok=true&perfstandbyok=true', {}))
      if (!initialized || sealed) throw new UpstreamError('vault', { status: 503, code: 'sealed' })
      await session.logIn()
    },
  }
  return vault
}

const undefinedWhen =
  (code: string) =>
  (error: unknown): undefined => {
    if (error instanceof UpstreamError && error.code === code) return undefined
    throw error
  }
