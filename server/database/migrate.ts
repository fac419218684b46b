import { Migrator } from 'kysely/migration'
import * as first from './migrations/0001-first.ts'
import type { Database } from './schema.ts'

/** Brings the schema forward. Of several replicas that start at once one does it, the others wait for it. */
export async function migrate(db: Database): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ '0001-first': first }) } })
  const { error } = await migrator.migrateToLatest()
  if (error !== undefined) throw new Error('The database could not be brought to the present schema', { cause: error })
}

/** Whether every migration of this version has been applied. */
export async function isMigrated(db: Database): Promise<boolean> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ '0001-first': first }) } })
  return (await migrator.getMigrations()).every((migration) => migration.executedAt !== undefined)
}
