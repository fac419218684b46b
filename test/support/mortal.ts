// A process that dies at a step: from there on nothing of it is written any more, and nothing asked. What it had begun in a
// transaction is rolled back; what was committed stays.
import type { Database } from '../../server/database/schema.ts'
import type { RemoteTarget } from '../../server/boards/board-target.ts'

class Killed extends Error {
  override name = 'Killed'
}

/** `diesAt`: counted are the begin, the commit and the end of each transaction, and the beginning and the end of each call. */
export function openMortal(db: Database, target: RemoteTarget, diesAt: number): { db: Database; target: RemoteTarget; isDead(): boolean } {
  let step = 0
  const live = () => {
    step += 1
    if (step > diesAt) throw new Killed()
  }
  const transaction = () => ({
    async execute<Result>(work: (trx: never) => Promise<Result>): Promise<Result> {
      live()
      const result = await db.transaction().execute(async (trx) => {
        const done = await work(trx as never)
        live()
        return done
      })
      live()
      return result
    },
  })
  const asked = async <Result>(ask: () => Promise<Result>): Promise<Result> => {
    live()
    const answer = await ask()
    live()
    return answer
  }
  return {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    db: new Proxy(db, { get: (whole, name) => (name === 'transaction' ? transaction : Reflect.get(whole, name)) }),
    target: {
      ...target,
      prepare: (...given) => asked(() => target.prepare(...given)),
      send: (...given) => asked(() => target.send(...given)),
      readBack: (...given) => asked(() => target.readBack(...given)),
    },
    isDead: () => step > diesAt,
  }
}
