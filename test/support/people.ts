// A database with people in it, for tests below HTTP.
import { type OpenDatabase, openDatabase } from '../../server/database/database.ts'
import { findOrAddPerson, type Person } from '../../server/people/person.ts'
import { openTestDatabase, type TestDatabase } from './databases.ts'

export type Peopled = {
  database: OpenDatabase
  /** Two in one tenant, one in another. */
  ann: Person
  ben: Person
  eve: Person
  close: () => Promise<void>
}

const tenants = ['5f1a0e1c-0c4e-4c1e-9f4e-1c1b1a1d1e1f', '6f1a0e1c-0c4e-4c1e-9f4e-1c1b1a1d1e1f'] as const

export async function openPeopled(kind: TestDatabase): Promise<Peopled> {
  const storage = await openTestDatabase(kind)
  const database = await openDatabase({ databaseUrl: storage.env.DATABASE_URL ?? null, dataDir: storage.env.DATA_DIR })
  const add = (displayName: string, tenantId: string) =>
    findOrAddPerson(database.db, { tenantId, objectId: crypto.randomUUID(), displayName, roles: [] })
  return {
    database,
    ann: await add('Ann', tenants[0]),
    ben: await add('Ben', tenants[0]),
    eve: await add('Eve', tenants[1]),
    close: async () => {
      await database.close()
      await storage.drop()
    },
  }
}
