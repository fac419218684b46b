// Gathers posts that arrive within a few milliseconds and writes them together: a transaction for each post would cost
// twenty times as much. A post is answered when its write has committed, or, in time, that it has not.
export type Batches<Posted> = {
  /** Resolves when it is stored. */
  keep(posted: Posted[]): Promise<void>
}

export type BatchOptions<Posted> = {
  write(posted: Posted[]): Promise<void>
  /** Whether a failed write would fail again for each single post. */
  isGeneral(error: unknown): boolean
  gatherMs?: number
  patienceMs?: number
}

const mostPostings = 200
const mostEntries = 5_000
const mostAtOnce = 2

type Waiting<Posted> = { posted: Posted[]; kept(): void; failed(error: unknown): void }

export class TooLate extends Error {
  override name = 'TooLate'
}

/** Graph waits three seconds for an answer. */
export function openBatches<Posted>({ write, isGeneral, gatherMs = 1, patienceMs = 2_500 }: BatchOptions<Posted>): Batches<Posted> {
  const waiting: Waiting<Posted>[] = []
  let gathering: NodeJS.Timeout | undefined
  let writing = 0

  const flush = () => {
    clearTimeout(gathering)
    gathering = undefined
    if (writing >= mostAtOnce || waiting.length === 0) return
    writing += 1
    void writeOne(takeBatch(waiting)).finally(() => {
      writing -= 1
      if (waiting.length > 0) flush()
    })
  }

  const writeOne = async (batch: Waiting<Posted>[]): Promise<void> => {
    try {
      await write(batch.flatMap(({ posted }) => posted))
      for (const { kept } of batch) kept()
    } catch (error) {
      if (batch.length === 1 || isGeneral(error)) for (const { failed } of batch) failed(error)
      // A post that cannot be written must not make the others fail.
      else for (const each of batch) await writeOne([each])
    }
  }

  return {
    keep: (posted) =>
      new Promise<void>((resolve, reject) => {
        const deadline = setTimeout(() => {
          const at = waiting.indexOf(one)
          if (at >= 0) waiting.splice(at, 1)
          reject(new TooLate('It was not written in time'))
        }, patienceMs)
        const one: Waiting<Posted> = {
          posted,
          kept: () => resolve(clearTimeout(deadline)),
          failed: (error) => {
            clearTimeout(deadline)
            reject(error)
          },
        }
        waiting.push(one)
        if (waiting.length >= mostPostings) flush()
        else gathering ??= setTimeout(flush, gatherMs)
      }),
  }
}

function takeBatch<Posted>(waiting: Waiting<Posted>[]): Waiting<Posted>[] {
  let postings = 0
  let entries = 0
  for (const { posted } of waiting) {
    entries += posted.length
    if (postings >= mostPostings || (postings > 0 && entries > mostEntries)) break
    postings += 1
  }
  return waiting.splice(0, postings)
}
