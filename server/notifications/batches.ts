// Gathers posts that arrive within a few milliseconds and writes them together: a transaction for each post would cost
// twenty times as much. A post is answered when its write has committed, or, in time, that it has not.
import { gathered } from '../database/gather.ts'

export type BatchOptions<Posted> = {
  write(posted: Posted[]): Promise<void>
  /** Whether a failed write would fail again for each single post. */
  isGeneral(error: unknown): boolean
  patienceMs?: number
}

const gathering = { mostAtOnce: 200, heaviest: 5_000, callsAtOnce: 2, pauseMs: 1 }

export class TooLate extends Error {
  override name = 'TooLate'
}

type Posting<Posted> = { posted: Posted[]; isLate: boolean }

/** The returned function resolves when its post is stored. Graph waits three seconds for an answer. */
export function openBatches<Posted>({ write, isGeneral, patienceMs = 2_500 }: BatchOptions<Posted>): (posted: Posted[]) => Promise<void> {
  const keepAll = async (postings: Posting<Posted>[]) => {
    await write(postings.flatMap(({ posted, isLate }) => (isLate ? [] : posted)))
    return postings.map(() => undefined)
  }
  const keep = gathered(keepAll, { ...gathering, weightOf: ({ posted }) => posted.length, isGeneral })

  return (posted) =>
    new Promise<void>((resolve, reject) => {
      const posting = { posted, isLate: false }
      const deadline = setTimeout(() => {
        posting.isLate = true
        reject(new TooLate('It was not written in time'))
      }, patienceMs)
      keep(posting)
        .finally(() => clearTimeout(deadline))
        .then(resolve, reject)
    })
}
