// Panes hear of what a mail came to when it is committed, and of many mails at once: a word wakes every process that listens,
// and transactions that carry one commit one after the other.
import type { Database } from '../database/schema.ts'
import { gathered } from '../database/gather.ts'
import { announce, type Announcement } from '../live/live.ts'
import { log } from '../log.ts'

/** Resolves when it is said, or cannot be: what it is about stays, and panes find it when they read anew. */
export type Tell = (words: Announcement[]) => Promise<void>

export function openTelling(db: Database): Tell {
  const say = gathered(async (all: Announcement[][]) => {
    await announce(db, ...all.flat())
    return all.map(() => undefined)
  })
  return async (words) => {
    if (words.length === 0) return
    await say(words).catch((error: unknown) => log.warn({ err: error }, 'Panes were not told of a mail'))
  }
}
