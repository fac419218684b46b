// The elements that are open while HTML is read, and how near the last of each name is: every question takes the same time, however
// deep the markup is, and each element is closed once.
import type { Look } from './look.ts'

export type OpenElement = {
  name: string
  look: Look
  /** What is written when it ends. */
  end: () => void
  /** The place of the one of this name that was open before. */
  outer: number
}

/** What is in a cell ends with it, and ends nothing outside. */
const walls = ['td', 'th', 'caption', 'table']

export function openElements(rootLook: Look) {
  const open: OpenElement[] = []
  const nearest = new Map<string, number>()
  const placeOf = (name: string) => nearest.get(name) ?? -1
  const blocks: number[] = []
  const nearestOf = (names: readonly string[]) => names.reduce((place, name) => Math.max(place, placeOf(name)), -1)

  return {
    push({ name, look, isBlock, end }: { name: string; look: Look; isBlock: boolean; end: () => void }): void {
      open.push({ name, look, end, outer: placeOf(name) })
      if (isBlock) blocks.push(open.length - 1)
      nearest.set(name, open.length - 1)
    },
    look: () => open.at(-1)?.look ?? rootLook,
    topName: () => open.at(-1)?.name ?? '',
    topPlace: () => open.length - 1,
    placeOf,
    nearestOf,
    nearestBlock: () => blocks.at(-1) ?? -1,
    /** Where the nearest wall is. */
    wall: () => nearestOf(walls),
    /** Ends all from this place on. */
    closeFrom(place: number): void {
      while (open.length > Math.max(0, place)) {
        const last = open.pop()
        if (last === undefined) return
        nearest.set(last.name, last.outer)
        if (blocks.at(-1) === open.length) blocks.pop()
        last.end()
      }
    },
  }
}
