// An access log with a connection to write for, in a database of its own.
import { randomBytes, randomUUID } from 'node:crypto'
import { openDatabase } from '../../../server/database/database.ts'
import type { MailboxCall } from '../../../contract/access-log.ts'
import { type Anchor, keepAnchors, type Kept } from '../../../server/access-log/anchors.ts'
import { endChains } from '../../../server/access-log/end-store.ts'
import { openAccessLog } from '../../../server/access-log/access-log.ts'
import { type Finding, verifyAll } from '../../../server/access-log/verify-store.ts'
import { asSystem } from '../../../server/people/unit-of-work.ts'
import { openTestDatabase, type TestDatabase } from '../../support/databases.ts'

export type AccessLogBench = Awaited<ReturnType<typeof openAccessLogBench>>

/** `sealed`: chains are sealed when they end, and must have been, as in the server. */
export async function openAccessLogBench(kind: TestDatabase, { sealed = false }: { sealed?: boolean } = {}) {
  const sealKey = randomBytes(32)
  const own = await openTestDatabase(kind)
  const database = await openDatabase({ databaseUrl: own.env.DATABASE_URL ?? null, dataDir: own.env.DATA_DIR })
  const { db } = database
  const keys = new Map<string, Buffer>()
  const inTransaction: Parameters<typeof openAccessLog>[0] = (work) => asSystem(db, work)
  /** What stands in for Vault: by the key of a connection. */
  const kept = new Map<string, Map<string, Anchor>>()
  const keptUnder = async (connectionKey: string): Promise<Kept | undefined> => {
    const key = keys.get(connectionKey)
    const anchors = kept.get(connectionKey) ?? new Map<string, Anchor>()
    kept.set(connectionKey, anchors)
    return (
      key && {
        key,
        anchors: new Map(anchors),
        write: async (chainId, anchor) => {
          if (anchor === null) anchors.delete(chainId)
          else anchors.set(chainId, anchor)
          return 'written'
        },
      }
    )
  }
  const keptOf = async (id: string) => {
    const row = await db.selectFrom('connections').select('connection_key').where('id', '=', id).executeTakeFirst()
    return row && keptUnder(row.connection_key)
  }
  /** By itself it anchors nothing while a test lasts: whoever is slow would find more than was asked for. */
  const pace = { quietMs: 3_600_000, longestMs: 3_600_000, shortestMs: 10_000, mostPerSecond: 10 }
  const keep = () => keepAnchors({ inTransaction, keptOf, retentionDays: 30, pace })
  let keeper = keep()
  const accessLog = openAccessLog(inTransaction, (reached) => keeper.note(reached), sealed ? sealKey : undefined)
  const bench = {
    db,
    keys,
    inTransaction,
    accessLog,
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
      accessLog.begin({ connectionId, key: async () => keys.get(connectionKey) ?? Buffer.alloc(32) }, { ...aCall, ...call }),
    rowsOf: (connectionId: string) =>
      db
        .selectFrom('access_log')
        .innerJoin('access_chains', 'access_chains.id', 'access_log.chain_id')
        .selectAll('access_log')
        .where('access_chains.connection_id', '=', connectionId)
        .orderBy('access_log.at')
        .orderBy('access_log.seq')
        .execute(),
    sealKey,
    /** As when its owner disconnects: the key goes, and the row. Gives how many chains were not what they should be. */
    async disconnect({ connectionId, connectionKey }: { connectionId: string; connectionKey: string }): Promise<number> {
      await accessLog.settle()
      const kept = await keptUnder(connectionKey)
      const broken = await inTransaction((trx) => endChains(trx, { connectionId, kept, sealKey, retentionDays: 30 }))
      await db.deleteFrom('connections').where('id', '=', connectionId).execute()
      keys.delete(connectionKey)
      return broken
    },
    /** As the keeper does it at its stop: at once. */
    async anchor(): Promise<void> {
      await keeper.stop()
      keeper = keep()
    },
    /** As a process that is killed. */
    forget: () => void (keeper = keep()),
    anchorsOf: (connectionKey: string): Anchor[] => [...(kept.get(connectionKey)?.values() ?? [])],
    async findings(connectionId: string, purgedBefore = new Date(0)): Promise<Finding[]> {
      for await (const checked of verifyAll(inTransaction, {
        keptUnder,
        purgedBefore,
        ...(sealed && { seals: { key: sealKey, since: new Date(0) } }),
      }))
        if (checked.connectionId === connectionId) return checked.findings
      return []
    },
    check: async (connectionId: string, purgedBefore?: Date): Promise<Finding['result'][]> =>
      (await bench.findings(connectionId, purgedBefore)).map(({ result }) => result),
    async stop() {
      await accessLog.stop()
      await database.close()
      await own.drop()
    },
  }
  return bench
}

const aCall: MailboxCall = {
  what: 'locate',
  fields: ['id', 'parentFolderId'],
  messageId: 'AAMk',
  purpose: { kind: 'recipes', recipeIds: [] },
}

/** The access log uses the clock of the process: set back here, it makes old entries. */
export async function daysAgo(days: number, work: () => Promise<unknown>): Promise<void> {
  const real = Date
  globalThis.Date = class extends real {
    constructor(...given: [] | [number]) {
      super(given[0] ?? real.now() - days * 86_400_000)
    }
  } as DateConstructor
  try {
    await work()
  } finally {
    globalThis.Date = real
  }
}
