// Suspects: jobs that were under way when their process died. Of all that were, one may be to blame, and none is blamed for
// it. Each is tried again alone, and its claim says so before the work begins: when such a claim lapses, that is its own death.
// Suspects with fewer deaths come first, so that kills from outside do not meet the same one again and again.
import { sql, type Transaction } from 'kysely'
import type { InTransaction, Schema } from '../database/schema.ts'
import type { ClaimedJob } from './attempt.ts'
import type { QueueName } from './job-data.ts'
import type { Source } from './worker.ts'

type Trx = Transaction<Schema>
type Lapsed = ReturnType<typeof sql>

/** `lapses`: how often a claim of it has lapsed, alone or not. */
export type Suspect = { queue: QueueName; job: ClaimedJob; lapses: number }

/** One that is due. `key` finds its row. */
type Due = { key: Record<string, string>; deaths: number; dueAt: Date }

/** Where suspects wait. */
export type SuspectsOfQueue = {
  /** Makes suspects of what is claimed and has lapsed. Gives how many deaths are held against one. */
  lapse(trx: Trx, isLapsed: Lapsed): Promise<number>
  findNext(trx: Trx): Promise<Due | undefined>
  claim(trx: Trx, key: Due['key']): Promise<Suspect | undefined>
  share(trx: Trx, suspect: Suspect): Promise<void>
}

export type Swept = { isOneDue: boolean; deaths: number }

export type Suspects = {
  /** Makes suspects of jobs whose claims have lapsed, or are those of processes that are gone; `all` are, where one starts alone. */
  sweep(gone: readonly number[] | 'all'): Promise<Swept>
  claim(): Promise<Suspect | undefined>
  /** Others may come in beside it: a death is no longer held against it. */
  share(suspect: Suspect): Promise<void>
  sourceOf(queue: QueueName): Pick<Source, 'settle' | 'touch' | 'giveBack'>
}

type Waiting = { suspects: SuspectsOfQueue; source: Pick<Source, 'settle' | 'touch' | 'giveBack'> }
type Options = { lockClaims: (trx: Trx) => Promise<void>; messages: Waiting; others: Waiting }

export function openSuspects(inTransaction: InTransaction, { lockClaims, messages, others }: Options): Suspects {
  const waitingOf = (queue: QueueName) => (queue === 'message' ? messages : others)
  const findNext = async (trx: Trx) => {
    const due: (Due & Waiting)[] = []
    for (const waiting of [messages, others]) {
      const next = await waiting.suspects.findNext(trx)
      if (next !== undefined) due.push({ ...next, ...waiting })
    }
    return due.toSorted((a, b) => a.deaths - b.deaths || a.dueAt.getTime() - b.dueAt.getTime())[0]
  }
  return {
    sweep: (gone) =>
      inTransaction(async (trx) => {
        const isLapsed =
          gone === 'all' ? sql`true` : gone.length === 0 ? sql`due_at <= now()` : sql`(due_at <= now() or worker = any(${gone}::int[]))`
        const deaths = (await messages.suspects.lapse(trx, isLapsed)) + (await others.suspects.lapse(trx, isLapsed))
        return { isOneDue: (await findNext(trx)) !== undefined, deaths }
      }),
    /** Nothing is claimed between the look and the claim: claims wait for each other. */
    claim: () =>
      inTransaction(async (trx) => {
        await lockClaims(trx)
        const next = await findNext(trx)
        return next?.suspects.claim(trx, next.key)
      }),
    share: (suspect) => inTransaction((trx) => waitingOf(suspect.queue).suspects.share(trx, suspect)),
    sourceOf: (queue) => waitingOf(queue).source,
  }
}
