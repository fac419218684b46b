import { Migrator } from 'kysely/migration'
import * as first from './migrations/0001-first.ts'
import * as ledger from './migrations/0002-ledger.ts'
import * as rowLevelSecurity from './migrations/0003-row-level-security.ts'
import * as dailyLines from './migrations/0004-daily-lines.ts'
import * as erasureAndTenant from './migrations/0005-erasure-and-tenant.ts'
import * as inboxAsQueue from './migrations/0006-inbox-as-queue.ts'
import * as suspects from './migrations/0007-suspects.ts'
import * as cooldowns from './migrations/0008-cooldowns.ts'
import * as ticketsAndSeals from './migrations/0009-tickets-and-seals.ts'
import * as boardVisits from './migrations/0010-board-visits.ts'
import * as administratorsApproval from './migrations/0011-administrators-approval.ts'
import * as values from './migrations/0012-values.ts'
import * as digestsAndRefusals from './migrations/0013-digests-and-refusals.ts'
import * as workers from './migrations/0014-workers.ts'
import * as checks from './migrations/0015-checks.ts'
import * as boardTargets from './migrations/0017-board-targets.ts'
import * as mailboxes from './migrations/0018-mailboxes.ts'
import * as dueRows from './migrations/0019-due-rows.ts'
import * as boardsElsewhere from './migrations/0020-boards-elsewhere.ts'
import type { Database } from './schema.ts'

/** Brings the schema forward. Of several replicas that start at once one does it, the others wait for it. */
export async function migrate(db: Database): Promise<void> {
  const { error } = await migratorOf(db).migrateToLatest()
  if (error === undefined) return
  const because = error instanceof Error ? error.message : ''
  throw new Error(`The database could not be brought to the present schema. ${because}`, { cause: error })
}

/** Whether every migration of this version has been applied. */
export async function isMigrated(db: Database): Promise<boolean> {
  return (await migratorOf(db).getMigrations()).every((migration) => migration.executedAt !== undefined)
}

/** undefined: it has not been applied. */
export async function appliedAt(db: Database, name: string): Promise<Date | undefined> {
  return (await migratorOf(db).getMigrations()).find((migration) => migration.name === name)?.executedAt
}

const migrations = {
  '0001-first': first,
  '0002-ledger': ledger,
  '0003-row-level-security': rowLevelSecurity,
  '0004-daily-lines': dailyLines,
  '0005-erasure-and-tenant': erasureAndTenant,
  '0006-inbox-as-queue': inboxAsQueue,
  '0007-suspects': suspects,
  '0008-cooldowns': cooldowns,
  '0009-tickets-and-seals': ticketsAndSeals,
  '0010-board-visits': boardVisits,
  '0011-administrators-approval': administratorsApproval,
  '0012-values': values,
  '0013-digests-and-refusals': digestsAndRefusals,
  '0014-workers': workers,
  '0015-checks': checks,
  '0017-board-targets': boardTargets,
  '0018-mailboxes': mailboxes,
  '0019-due-rows': dueRows,
  '0020-boards-elsewhere': boardsElsewhere,
}

const migratorOf = (db: Database) => new Migrator({ db, provider: { getMigrations: async () => migrations } })
