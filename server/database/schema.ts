// The tables as Kysely sees them.
import type { Kysely, Transaction } from 'kysely'
import type { AccessLogTables } from './tables/access-log.ts'
import type { BoardTables } from './tables/boards.ts'
import type { MailboxTables } from './tables/mailboxes.ts'
import type { PeopleTables } from './tables/people.ts'
import type { RunTables } from './tables/runs.ts'

export type Schema = PeopleTables & MailboxTables & BoardTables & RunTables & AccessLogTables
export type Database = Kysely<Schema>
/** A database, or a transaction on it: what every store takes first. */
export type Db = Kysely<Schema> | Transaction<Schema>
/** Does its work in a transaction, as whoever gave this has settled. */
export type InTransaction = <Result>(work: (trx: Transaction<Schema>) => Promise<Result>) => Promise<Result>
