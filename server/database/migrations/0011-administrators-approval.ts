// Whom Microsoft told that only an administrator of their organisation may consent, and when; null: nobody said so, or the exchange
// has worked since.
import { type Kysely, sql } from 'kysely'

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`alter table people add column approval_required_at timestamptz`.execute(db)
}
