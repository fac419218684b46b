// Delegated tokens lie here and nowhere else (HashiCorp Vault or OpenBao, KV version 2): one secret a connection, written
// only over the version that was read. With a token role each is opened by a child token that opens no other.
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Config } from '../config.ts'
import type { Anchor, Anchors } from '../ledger/anchors.ts'
import { log } from '../log.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { openVaultClient } from './vault-client.ts'
import { openVaultSession } from './vault-session.ts'

const storedTokens = z.object({
  accessToken: z.string().min(1),
  refreshToken: z.string().min(1),
  expiresAt: z.iso.datetime(),
  displayName: z.string(),
  scopes: z.array(z.string()),
  /** 256 bits, base64url: chains the access log of this mailbox. */
  ledgerKey: z.string().length(43).optional(),
})

export type StoredTokens = z.infer<typeof storedTokens>

export const newLedgerKey = (): string => randomBytes(32).toString('base64url')

export type Vault = {
  /** undefined: nothing is kept under this key. */
  readTokens(connectionKey: string): Promise<{ tokens: StoredTokens; version: number } | undefined>
  /** `over` is the version that was read, 0 for none. 'lost': somebody else has written meanwhile. */
  writeTokens(connectionKey: string, tokens: StoredTokens, over: number): Promise<'written' | 'lost'>
  /** What the chains of this mailbox's access log had come to. undefined: nothing is kept under this key. */
  readAnchors(connectionKey: string): Promise<Anchors | undefined>
  /** Beside the tokens, whose version it leaves as it is. null takes it away. Where no tokens are (any more) it writes nothing. */
  writeAnchor(connectionKey: string, chainId: string, anchor: Anchor | null): Promise<void>
  /** All versions, and that there ever was one; the anchors with them. */
  eraseTokens(connectionKey: string): Promise<void>
  /** Throws while Vault is sealed, away, or does not let this server in. */
  health(): Promise<void>
}

const secret = z.object({ data: z.object({ data: storedTokens, metadata: z.object({ version: z.number().int() }) }) })
const state = z.object({ initialized: z.boolean(), sealed: z.boolean() })
const surroundings = z.object({ data: z.object({ custom_metadata: z.record(z.string(), z.string()).nullish() }) })
const anchorShape = /^(\d{1,10}) ([0-9a-f]{64})$/
const connectionKeyShape = z.string().regex(/^[0-9a-f]{32,}$/)

export function openVault({ vault: config }: Pick<Config, 'vault'>): Vault {
  if (config.tokenRole === null) log.warn('VAULT_TOKEN_ROLE is not set: the server’s own Vault token opens the tokens of every user')
  const client = openVaultClient(config.address)
  const session = openVaultSession(client, config)
  const pathOf = (kind: 'data' | 'metadata', key: string) => `${config.kvMount}/${kind}/connections/${connectionKeyShape.parse(key)}`

  return {
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
      const path = pathOf('metadata', key)
      const answer = await session.as(key, (headers) => client.read(path, headers)).catch(undefinedWhen('not-found'))
      return answer === undefined ? undefined : anchorsFrom(surroundings.parse(answer).data.custom_metadata ?? {})
    },
    async writeAnchor(key, chainId, anchor) {
      const path = pathOf('metadata', key)
      const body = { custom_metadata: { [chainId]: anchor === null ? null : `${anchor.seq} ${anchor.head}` } }
      await session.as(key, (headers) => client.patch(path, body, headers)).catch(undefinedWhen('not-found'))
    },
    async eraseTokens(key) {
      const path = pathOf('metadata', key)
      await session.as(key, (headers) => client.delete(path, headers)).catch(undefinedWhen('not-found'))
      session.forget(key)
    },
    async health() {
      const { initialized, sealed } = state.parse(await client.read('sys/health?standbyok=true&perfstandbyok=true', {}))
      if (!initialized || sealed) throw new UpstreamError('vault', { status: 503, code: 'sealed' })
      await session.logIn()
    },
  }
}

/** An operator may have written something of theirs beside them. */
const anchorsFrom = (kept: Record<string, string>): Anchors =>
  new Map(
    Object.entries(kept).flatMap(([chainId, text]) => {
      const [, seq, head] = anchorShape.exec(text) ?? []
      return seq === undefined || head === undefined ? [] : [[chainId, { seq: Number(seq), head }] as const]
    }),
  )

const undefinedWhen =
  (code: string) =>
  (error: unknown): undefined => {
    if (error instanceof UpstreamError && error.code === code) return undefined
    throw error
  }
