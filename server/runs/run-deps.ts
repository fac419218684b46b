import type { Targets } from '../boards/board-target.ts'
import type { Database } from '../database/schema.ts'
import type { Content } from '../content/content.ts'
import type { OpenMailbox } from '../graph/graph-client.ts'
import type { DigestOf } from '../messages/mail-digest.ts'
import type { Tell } from './tell.ts'

export type RunDeps = {
  db: Database
  targets: Targets
  openMailbox: OpenMailbox
  content: Content
  /** By which a mail is known again that comes back under another id. */
  digestOf: DigestOf
  jobLeaseMs: number
  /** Whose what is under way here is (see jobs/presence.ts). */
  worker: number | null
  retryBaseMs: number
  tell: Tell
}
