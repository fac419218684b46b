import { gatherPauseMs } from './gather-pause.ts'
import { isAway } from './postgres.ts'

type Waiting<Given, Made> = { given: Given; resolve(made: Made): void; reject(error: unknown): void }

/**
 * What is asked for while a call is under way is asked for together by the next one, so that many share a transaction.
 * `work` gives as many as it is given, in their order. Where it fails, each is tried alone: one must not take the others along.
 */
export function gathered<Given, Made>(work: (all: Given[]) => Promise<Made[]>, mostAtOnce = 100): (one: Given) => Promise<Made> {
  const waiting: Waiting<Given, Made>[] = []
  let isBusy = false
  let cameTogether = 0

  const workAll = async (): Promise<void> => {
    while (waiting.length > 0) await workSome(waiting.splice(0, mostAtOnce))
    isBusy = false
  }
  const workSome = async (some: Waiting<Given, Made>[]): Promise<void> => {
    cameTogether = some.length
    try {
      const made = await work(some.map(({ given }) => given))
      for (const [at, { resolve }] of some.entries()) resolve(made[at] as Made)
    } catch (error) {
      if (some.length > 1 && !isAway(error)) return workEach(some)
      for (const { reject } of some) reject(error)
    }
  }

  const workEach = async (some: Waiting<Given, Made>[]): Promise<void> => {
    let away: { error: unknown } | undefined
    for (const { given, resolve, reject } of some) {
      if (away !== undefined) reject(away.error)
      else
        await work([given]).then(
          ([made]) => resolve(made as Made),
          (error: unknown) => {
            reject(error)
            if (isAway(error)) away = { error }
          },
        )
    }
  }

  return (given) =>
    new Promise<Made>((resolve, reject) => {
      waiting.push({ given, resolve, reject })
      if (isBusy) return
      isBusy = true
      setTimeout(() => void workAll(), gatherPauseMs(cameTogether))
    })
}
