import { gatherPauseMs } from './gather-pause.ts'
import { isAway } from './postgres.ts'

type Waiting<Given, Made> = { given: Given; resolve(made: Made): void; reject(error: unknown): void }

type Gathering<Given> = {
  mostAtOnce?: number
  /** What goes together weighs no more than this, unless one alone does. */
  heaviest?: number
  weightOf?: (given: Given) => number
  callsAtOnce?: number
  /** How long a first one waits for others; without it, as long as experience says. */
  pauseMs?: number
  /** Whether a call that failed would fail again for each alone. */
  isGeneral?: (error: unknown) => boolean
}

/**
 * What is asked for while all calls are under way is asked for together by the next one, so that many share a transaction.
 * `work` gives as many as it is given, in their order. Where it fails, each is tried alone: one must not take the others along.
 */
export function gathered<Given, Made>(
  work: (all: Given[]) => Promise<Made[]>,
  options: Gathering<Given> = {},
): (one: Given) => Promise<Made> {
  const { mostAtOnce = 100, heaviest = Infinity, weightOf = () => 0, callsAtOnce = 1, pauseMs, isGeneral = isAway } = options
  const waiting: Waiting<Given, Made>[] = []
  let calls = 0
  let isGathering = false
  let cameTogether = 0

  const begin = (): void => {
    isGathering = false
    if (calls >= callsAtOnce || waiting.length === 0) return
    calls += 1
    void workSome(takeSome()).finally(() => {
      calls -= 1
      begin()
    })
  }
  const takeSome = () => {
    let weight = 0
    const end = waiting.findIndex(({ given }, at) => {
      weight += weightOf(given)
      return at >= mostAtOnce || (at > 0 && weight > heaviest)
    })
    return waiting.splice(0, end < 0 ? waiting.length : end)
  }
  const workSome = async (some: Waiting<Given, Made>[]): Promise<void> => {
    cameTogether = some.length
    try {
      const made = await work(some.map(({ given }) => given))
      for (const [at, { resolve }] of some.entries()) resolve(made[at] as Made)
    } catch (error) {
      if (some.length > 1 && !isGeneral(error)) return workEach(some)
      for (const { reject } of some) reject(error)
    }
  }

  const workEach = async (some: Waiting<Given, Made>[]): Promise<void> => {
    let general: { error: unknown } | undefined
    for (const { given, resolve, reject } of some) {
      if (general !== undefined) reject(general.error)
      else
        await work([given]).then(
          ([made]) => resolve(made as Made),
          (error: unknown) => {
            reject(error)
            if (isGeneral(error)) general = { error }
          },
        )
    }
  }

  return (given) =>
    new Promise<Made>((resolve, reject) => {
      waiting.push({ given, resolve, reject })
      if (calls >= callsAtOnce) return
      if (waiting.length >= mostAtOnce) return begin()
      if (isGathering) return
      isGathering = true
      setTimeout(begin, pauseMs ?? gatherPauseMs(cameTogether))
    })
}
