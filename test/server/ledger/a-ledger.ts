// A ledger with a connection to write for, in a database of its own.
import { randomBytes, randomUUID } from 'node:crypto'
import { openDatabase } from '../../../server/database/database.ts'
import type { MailboxCall } from '../../../contract/access-log.ts'
import { openLedger } from '../../../server/ledger/ledger.ts'
import { type Checked, verifyAll } from '../../../server/ledger/verify-store.ts'
import { asSystem } from '../../../server/people/unit-of-work.ts'
import { openTestDatabase, type TestDatabase } from '../../support/databases.ts'

export type LedgerBench = Awaited<ReturnType<typeof openLedgerBench>>

export async function openLedgerBench(kind: TestDatabase) {
  const own = await openTestDatabase(kind)
  const database = await openDatabase({ databaseUrl: own.env.DATABASE_URL ?? null, dataDir: own.env.DATA_DIR })
  const { db } = database
  const keys = new Map<string, Buffer>()
  const inTransaction: Parameters<typeof openLedger>[0] = (work) => asSystem(db, work)
  const ledger = openLedger(inTransaction)
  return {
    db,
    keys,
    inTransaction,
    ledger,
    async connect(): Promise<{ connectionId: string; connectionKey: string }> {
      const tenantId = randomUUID()
      const person = { tenant_id: tenantId, object_id: randomUUID(), display_name: 'Camille' }
      const { id: person_id } = await db.insertInto('people').values(person).returning('id').executeTakeFirstOrThrow()
      const connectionKey = randomBytes(20).toString('hex')
      const { id: connectionId } = await db
        .insertInto('connections')
        .values({ tenant_id: tenantId, person_id, provider: 'microsoft', status: 'active', connection_key: connectionKey })
        .returning('id')
        .executeTakeFirstOrThrow()
      keys.set(connectionKey, randomBytes(32))
      return { connectionId, connectionKey }
    },
    /** As a mailbox's calls are made: begun, and ended when the ending is given. */
    begin: ({ connectionId, connectionKey }: { connectionId: string; connectionKey: string }, call: Partial<MailboxCall> = {}) =>
      ledger.begin({ connectionId, key: async () => keys.get(connectionKey) ?? Buffer.alloc(32) }, { ...aCall, ...call }),
    rowsOf: (connectionId: string) =>
      db
        .selectFrom('access_log')
        .innerJoin('access_chains', 'access_chains.id', 'access_log.chain_id')
        .selectAll('access_log')
        .where('access_chains.connection_id', '=', connectionId)
        .orderBy('access_log.at')
        .orderBy('access_log.seq')
        .execute(),
    async check(connectionId: string, purgedBefore = new Date(0)): Promise<Checked['verdict'][]> {
      const verdicts: Checked['verdict'][] = []
      for await (const checked of verifyAll(inTransaction, async (key) => keys.get(key), purgedBefore))
        if (checked.connectionId === connectionId) verdicts.push(checked.verdict)
      return verdicts
    },
    async stop() {
      await ledger.stop()
      await database.close()
      await own.drop()
    },
  }
}

const aCall: MailboxCall = {
  what: 'locate',
  fields: ['id', 'parentFolderId'],
  messageId: 'AAMk',
  purpose: { kind: 'recipes', recipeIds: [] },
}
