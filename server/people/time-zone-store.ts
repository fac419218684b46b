// A person's time zone: an IANA name.
import type { Db } from '../database/schema.ts'

export async function findTimeZone(db: Db, personId: string): Promise<string | null> {
  const row = await db.selectFrom('people').select('time_zone').where('id', '=', personId).executeTakeFirst()
  return row?.time_zone ?? null
}

/** As the system: people cannot change their own row. */
export async function saveTimeZone(trx: Db, personId: string, timeZone: string): Promise<void> {
  await trx.updateTable('people').set({ time_zone: timeZone }).where('id', '=', personId).execute()
}
