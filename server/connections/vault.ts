// Delegated tokens lie here and nowhere else: one path a connection, one version, written only over the version that was
// read. With a token role each path is opened by a child token that opens no other (docs/decisions).
import nodeVault from 'node-vault'
import { z } from 'zod'
import { log } from '../log.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { openVaultSession, type VaultSession } from './vault-session.ts'
import { vaultTransport } from './vault-transport.ts'

const tokenSet = z.object({
  accessToken: z.string(),
  refreshToken: z.string(),
  expiresAt: z.iso.datetime(),
  displayName: z.string(),
  scopes: z.array(z.string()),
})

export type TokenSet = z.infer<typeof tokenSet>

export type Vault = {
  /** undefined: nothing is kept under this key. */
  read(connectionKey: string): Promise<{ tokens: TokenSet; version: number } | undefined>
  /** `over` is the version that was read, 0 for none. 'lost': somebody else has written meanwhile. */
  write(connectionKey: string, tokens: TokenSet, over: number): Promise<'written' | 'lost'>
  /** All versions and their metadata. */
  erase(connectionKey: string): Promise<void>
  /** Throws while Vault is sealed or away. */
  reachable(): Promise<void>
}

export type VaultConfig = { address: string; roleId: string; secretId: string; kvMount: string; tokenRole: string | null }

const written = z.object({ data: z.object({ data: z.unknown(), metadata: z.object({ version: z.number().int() }) }) })
const health = z.object({ initialized: z.boolean(), sealed: z.boolean() })

export function openVault(config: VaultConfig): Vault {
  if (config.tokenRole === null) log.warn('VAULT_TOKEN_ROLE is not set: the server’s own Vault token opens the tokens of every user')
  const client = nodeVault({ endpoint: config.address, ...vaultTransport(config.address) })
  // The library takes one from the environment, where an operator’s own may lie.
  client.token = ''
  const session: VaultSession = openVaultSession(client, config)
  const dataPath = (key: string) => `${config.kvMount}/data/connections/${key}`

  return {
    async read(key) {
      const answer = await session.as(key, (headers) => client.read(dataPath(key), { headers })).catch(undefinedWhen('not-found'))
      if (answer === undefined) return undefined
      const { data } = written.parse(answer)
      return { tokens: tokenSet.parse(data.data), version: data.metadata.version }
    },
    async write(key, tokens, over) {
      const body = { data: tokens, options: { cas: over } }
      const answer = await session.as(key, (headers) => client.write(dataPath(key), body, { headers })).catch(undefinedWhen('cas-mismatch'))
      return answer === undefined ? 'lost' : 'written'
    },
    async erase(key) {
      const path = `${config.kvMount}/metadata/connections/${key}`
      await session.as(key, (headers) => client.delete(path, { headers })).catch(undefinedWhen('not-found'))
      session.forget(key)
    },
    async reachable() {
      const { initialized, sealed } = health.parse(await client.read('sys/health', { headers: {} }))
      if (!initialized || sealed) throw new UpstreamError('vault', { status: 503, code: 'sealed' })
    },
  }
}

const undefinedWhen =
  (code: string) =>
  (error: unknown): undefined => {
    if (error instanceof UpstreamError && error.code === code) return undefined
    throw error
  }
