// Announces changes to open panes: which thing changed, never its content. The announcement is part of the transaction and goes
// through the database, so it reaches a pane on any replica, and only after the commit.
import { sql } from 'kysely'
import { z } from 'zod'
import type { OpenDatabase } from '../database/database.ts'
import type { Db } from '../database/schema.ts'
import { sendAhead } from '../database/statements.ts'

const announcementShape = z.object({
  tenantId: z.string(),
  /** Who may receive it; null: the whole tenant. */
  personId: z.string().nullable(),
  kind: z.enum(['run', 'check', 'item', 'update', 'board', 'recipe', 'connection', 'policy']),
  id: z.string(),
})

export type Announcement = z.infer<typeof announcementShape>

/** 'end': a change may have been missed, or the process stops; listeners should read everything again. */
type Hear = (announcement: Announcement | 'end') => void

export type Live = { subscribe: (hear: Hear) => () => void; stop: () => Promise<void> }

const channel = 'mailboard_live'

export async function announce(db: Db, ...announcements: Announcement[]): Promise<void> {
  if (announcements.length === 0) return
  const words = announcements.map((each) => JSON.stringify(each))
  await sendAhead(db, sql`select pg_notify(${channel}, word) from unnest(${words}::text[]) as word`)
}

/** One listener on the database for all panes of this process. */
export async function openLive(database: Pick<OpenDatabase, 'listen'>): Promise<Live> {
  const hearers = new Set<Hear>()
  const tell = (heard: Announcement | 'end') => hearers.forEach((hear) => hear(heard))
  const stopListening = await database.listen(
    channel,
    (payload) => tell(announcementShape.parse(JSON.parse(payload))),
    () => tell('end'),
  )
  return {
    subscribe: (hear) => {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    stop: async () => {
      tell('end')
      hearers.clear()
      await stopListening()
    },
  }
}
