// Tells open panes that something changed: which thing, never what it holds. The word travels with the transaction
// through the database, so that a pane hears it whichever replica it is tied to, and only when it is committed.
import { sql } from 'kysely'
import type { OpenDatabase } from '../database/database.ts'
import type { Db } from '../database/schema.ts'

export type Announcement = {
  tenantId: string
  /** Who may hear of it; null: all of the tenant who ask, each pane learning no more than an id. */
  personId: string | null
  kind: 'run' | 'item' | 'update' | 'board' | 'recipe' | 'connection' | 'policy'
  id: string
}

type Hear = (announcement: Announcement | 'gap') => void

export type Live = { subscribe: (hear: Hear) => () => void; stop: () => Promise<void> }

const channel = 'mailboard_live'

export async function announce(db: Db, announcement: Announcement): Promise<void> {
  await sql`select pg_notify(${channel}, ${JSON.stringify(announcement)})`.execute(db)
}

/** One listener on the database for all panes of this process. */
export async function openLive(database: Pick<OpenDatabase, 'listen'>): Promise<Live> {
  const hearers = new Set<Hear>()
  const tell = (heard: Announcement | 'gap') => hearers.forEach((hear) => hear(heard))
  const stopListening = await database.listen(
    channel,
    (payload) => tell(JSON.parse(payload)),
    () => tell('gap'),
  )
  return {
    subscribe: (hear) => {
      hearers.add(hear)
      return () => hearers.delete(hear)
    },
    stop: async () => {
      hearers.clear()
      await stopListening()
    },
  }
}
