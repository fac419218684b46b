// A database and the stand-ins, with a connection between them, for tests of what hands out its tokens.
import { readConfig } from '../../../server/config.ts'
import { type TokenDeps, tokensFrom } from '../../../server/connections/access-token.ts'
import { activateConnection, addConnection, findConnectionById } from '../../../server/connections/connection-store.ts'
import { openCooldowns } from '../../../server/connections/cooldowns.ts'
import { openEntra } from '../../../server/connections/entra.ts'
import { openMondayOAuth } from '../../../server/connections/monday-oauth.ts'
import { openTokenMemory } from '../../../server/connections/token-memory.ts'
import { openVault } from '../../../server/connections/vault.ts'
import { openDatabase } from '../../../server/database/database.ts'
import { findOrAddPerson } from '../../../server/people/person.ts'
import { tenantsOf } from '../../../server/people/tenants.ts'
import type { Person } from '../../../sandbox/entra/directory.ts'
import { startSandbox } from '../../../sandbox/sandbox.ts'
import { openTestDatabase, type TestDatabase } from '../../support/databases.ts'

export type Connected = Awaited<ReturnType<typeof startConnected>>

const publicUrl = 'http://localhost:3000'

export async function startConnected(kind: TestDatabase) {
  const sandbox = await startSandbox()
  const storage = await openTestDatabase(kind)
  const database = await openDatabase({ databaseUrl: storage.env.DATABASE_URL ?? null, dataDir: storage.env.DATA_DIR })
  const config = readConfig(sandbox.environment(publicUrl))
  const announced: string[] = []
  const shared = {
    db: database.db,
    tokenRefreshAheadMs: 300_000,
    tenants: tenantsOf(config.entra),
    announce: async (_: unknown, { id }: { id: string }) => void announced.push(id),
  }
  /** As another process has it: its own memory and its own standing with Vault and Entra. */
  const aProcess = (): TokenDeps => ({
    ...shared,
    cooldowns: openCooldowns(database.db, { retryBaseMs: 2_000 }),
    vault: openVault(config),
    entra: openEntra(config),
    mondayOAuth: openMondayOAuth(config),
    memory: openTokenMemory(),
  })
  const deps = aProcess()

  return {
    sandbox,
    config,
    db: database.db,
    deps,
    aProcess,
    announced,
    /** Connected as by an exchange; gives the connection's id. */
    async connect(person: Person): Promise<string> {
      sandbox.entra.grant(person, ['Mail.Read', 'User.Read'])
      const { tenantId, objectId, name: displayName } = person
      const { personId } = await findOrAddPerson(database.db, { tenantId, objectId, displayName, roles: [] })
      const connection = await addConnection(database.db, { tenantId, personId }, 'microsoft')
      const assertion = await sandbox.entra.accessToken(person)
      const answer = await deps.entra.exchangeOnBehalfOf({ tenantId, assertion, scopes: ['Mail.Read', 'User.Read'] })
      if ('refusal' in answer) throw new Error(answer.refusal.verdict)
      const tokens = tokensFrom(answer.grant, { refreshToken: '', displayName }, new Date())
      await deps.vault.writeTokens(connection.connection_key, tokens, 0)
      const granted = { account: person.address, scopes: tokens.scopes, tokenExpiresAt: new Date(tokens.expiresAt) }
      await activateConnection(database.db, connection.id, granted)
      return connection.id
    },
    rowOf: (connectionId: string) => findConnectionById(database.db, connectionId),
    refreshes: () => sandbox.entra.ledger.entries.filter(({ grant }) => grant === 'refresh_token'),
    async stop() {
      await database.close()
      await storage.drop()
      await sandbox.stop()
    },
  }
}
