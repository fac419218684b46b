// Suspects: jobs that were under way when their process died. Of all that were, one may be to blame, and none is blamed for
// it. Each is tried again alone, and its claim says so before the work begins: when such a claim lapses, that is its own death.
// Suspects with fewer deaths come first, so that kills from outside do not meet the same one again and again.
import { type RawBuilder, type SqlBool, sql, type Transaction } from 'kysely'
import type { InTransaction, Schema } from '../database/schema.ts'
import type { ClaimedJob } from './attempt.ts'
import type { QueueName } from './job-data.ts'

type Trx = Transaction<Schema>

/** The numbers of processes that are gone. `all`: this one starts, and is alone. */
export type Gone = readonly number[] | 'all'

/** `lapses`: how often a claim of it has lapsed, alone or not. */
export type Suspect = { queue: QueueName; job: ClaimedJob; lapses: number }

/** One that is due. `key` finds its row. */
type Due = { key: Record<string, string>; deaths: number; dueAt: Date }

/** Where suspects wait. */
export type SuspectsOfQueues = {
  /** Makes suspects of what is claimed and has lapsed. Gives how many deaths are held against one. */
  lapse(trx: Trx, gone: Gone): Promise<number>
  findNext(trx: Trx): Promise<Due | undefined>
  claim(trx: Trx, key: Due['key']): Promise<Suspect | undefined>
  share(trx: Trx, suspect: Suspect): Promise<void>
}

export type Swept = { isOneDue: boolean; deaths: number }

export type Suspects = {
  /** Makes suspects of jobs whose claims have lapsed, or are those of processes that are gone. */
  sweep(gone: Gone): Promise<Swept>
  claim(): Promise<Suspect | undefined>
  /** Others may come in beside it: a death is no longer held against it. */
  share(suspect: Suspect): Promise<void>
}

type Waiting = { suspects: SuspectsOfQueues; lockClaims(trx: Trx): Promise<void> }

export function openSuspects(inTransaction: InTransaction, { messages, dueRows }: { messages: Waiting; dueRows: Waiting }): Suspects {
  const all = [messages, dueRows]
  const waitingOf = (queue: QueueName) => (queue === 'message' ? messages : dueRows)
  const findNext = async (trx: Trx) => {
    const due: (Due & Waiting)[] = []
    for (const waiting of all) {
      const next = await waiting.suspects.findNext(trx)
      if (next !== undefined) due.push({ ...next, ...waiting })
    }
    return due.toSorted((a, b) => a.deaths - b.deaths || a.dueAt.getTime() - b.dueAt.getTime())[0]
  }
  return {
    sweep: (gone) =>
      inTransaction(async (trx) => {
        let deaths = 0
        for (const { suspects } of all) deaths += await suspects.lapse(trx, gone)
        return { isOneDue: (await findNext(trx)) !== undefined, deaths }
      }),
    /** Nothing is claimed between the look and the claim: claims wait for each other. */
    claim: () =>
      inTransaction(async (trx) => {
        for (const { lockClaims } of all) await lockClaims(trx)
        const next = await findNext(trx)
        return next?.suspects.claim(trx, next.key)
      }),
    share: (suspect) => inTransaction((trx) => waitingOf(suspect.queue).suspects.share(trx, suspect)),
  }
}

/** Whether a claim is over: by the database's clock, or because its process is gone. */
export const hasLapsed = (end: RawBuilder<unknown>, gone: Gone): RawBuilder<SqlBool> => {
  if (gone === 'all') return sql`true`
  return gone.length === 0 ? sql`${end} <= now()` : sql`(${end} <= now() or worker = any(${gone}::int[]))`
}
