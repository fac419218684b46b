// A problem of at most 64 KB, whatever was wrong: a request must not be answered with something larger than itself. The first 50
// errors stay, each shortened, and the number of the others is given.
import { problemLimits } from '../../contract/limits.ts'
import type { Fault } from '../problem.ts'

type Bounded = { detail: string; errors?: Fault[]; errorsLeftOut?: number }

/** `others` is the rest of the body: it counts towards the size, and stays as it is. */
export function boundedFaults(detail: string, errors: readonly Fault[] | undefined, others: object = {}): Bounded {
  const said = cut(detail, problemLimits.text)
  if (errors === undefined) return { detail: said }
  let room = problemLimits.bytes - bytesOf({ ...others, detail: said, errors: [], errorsLeftOut: errors.length })
  const kept: Fault[] = []
  for (const error of errors.slice(0, problemLimits.errors)) {
    const shortened = shorten(error)
    room -= bytesOf(shortened) + 1
    if (room < 0) break
    kept.push(shortened)
  }
  const leftOut = errors.length - kept.length
  return { detail: said, errors: kept, ...(leftOut > 0 ? { errorsLeftOut: leftOut } : {}) }
}

const shorten = ({ pointer, detail, code }: Fault): Fault => ({
  pointer: cut(pointer, problemLimits.pointer),
  detail: cut(detail, problemLimits.text),
  ...(code === undefined ? {} : { code }),
})

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1).toWellFormed()}…` : text)

const bytesOf = (value: object): number => Buffer.byteLength(JSON.stringify(value))
