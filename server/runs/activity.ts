// What became of each mail of a person, newest first: the runs that it started, and the recipes that it did not match.
import { sql } from 'kysely'
import type { ActivityEntry } from '../../contract/activity.ts'
import type { Page } from '../../contract/page.ts'
import { afterCursor, limitOf, type PageAsked, pageOf, placedAt } from '../database/page.ts'
import type { Db } from '../database/schema.ts'
import type { Actor } from '../people/unit-of-work.ts'
import { notMatchedFrom } from './check-store.ts'
import { type RunRow, runsShown } from './run.ts'

type Mail = { id: string; placed_at: string; message_id: string; received_at: Date | null; not_matched: Record<string, string> | null }

export async function listActivity(db: Db, { personId }: Actor, asked: PageAsked): Promise<Page<ActivityEntry>> {
  const { items: mails, next } = pageOf(await someMails(db, personId, asked), asked, (row) => row)
  const runs = await runsOf(
    db,
    personId,
    mails.map(({ message_id }) => message_id),
  )
  const shown = await runsShown(db, runs)
  return {
    items: mails.map((mail) =>
      entryFrom(
        mail,
        shown.filter(({ messageId }) => messageId === mail.message_id),
      ),
    ),
    next,
  }
}

/** A mail stands where its check does or, where every recipe matched, its first run. */
async function someMails(db: Db, personId: string, asked: PageAsked): Promise<Mail[]> {
  const most = limitOf(asked) + 1
  const { rows } = await sql<Mail>`
    select id, ${placedAt('at')} as placed_at, message_id, received_at, not_matched from (
      (select id, checked_at as at, message_id, received_at, not_matched from checks
        where person_id = ${personId} and ${afterCursor(asked, 'checked_at', 'id')} order by checked_at desc, id desc limit ${most})
      union all
      (select id, started_at, message_id, received_at, null from runs
        where person_id = ${personId} and ${afterCursor(asked, 'started_at', 'id')}
          and not exists (select from checks where checks.person_id = ${personId} and checks.message_id = runs.message_id)
          and not exists (
            select from runs earlier where earlier.person_id = ${personId} and earlier.message_id = runs.message_id
              and (earlier.started_at, earlier.id) < (runs.started_at, runs.id))
        order by started_at desc, id desc limit ${most})
    ) mails order by at desc, id desc limit ${most}`.execute(db)
  return rows
}

/** In the order in which they were started. So many of a mail as a person may have recipes, and as many clicks. */
const mostRuns = 1_000

async function runsOf(db: Db, personId: string, messageIds: string[]): Promise<RunRow[]> {
  if (messageIds.length === 0) return []
  const rows = db.selectFrom('runs').selectAll().where('person_id', '=', personId).where('message_id', 'in', messageIds)
  return rows.orderBy('started_at').orderBy('id').limit(mostRuns).execute()
}

function entryFrom({ message_id: messageId, received_at, not_matched }: Mail, runs: ActivityEntry['runs']): ActivityEntry {
  const read = runs.find(({ message }) => message.receivedAt !== null)?.message
  return {
    messageId,
    receivedAt: read?.receivedAt ?? received_at?.toISOString() ?? null,
    mail: read === undefined ? null : { subject: read.subject, from: read.from },
    runs,
    notMatched: notMatchedFrom(not_matched),
  }
}
