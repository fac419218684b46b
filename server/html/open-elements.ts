// The open elements while HTML is read, and the last one of each name: every lookup takes the same time, however deep the
// markup is, and each element is closed once.
import { isOfficeSetting } from './elements.ts'
import type { Frame } from './frames.ts'
import type { Look } from './look.ts'

export type OpenElement = {
  name: string
  look: Look
  frame: Frame
  isBlock: boolean
  /** Text of its own at its end, such as a quotation mark. */
  lastWords?: string | undefined
  after?: (() => void) | undefined
}

/** Content of a cell ends with the cell, and ends nothing outside. */
const walls = new Set(['td', 'th', 'caption', 'table'])

export function openElements(rootLook: Look, onEnd: (element: OpenElement) => void) {
  const open: OpenElement[] = []
  /** For each open element, the place of the previous one of the same name. */
  const outer: number[] = []
  const nearest = new Map<string, number>()
  const blockPlaces: number[] = []
  const wallPlaces: number[] = []
  const settingPlaces: number[] = []
  const placeOf = (name: string) => nearest.get(name) ?? -1

  return {
    push(element: OpenElement): void {
      const place = open.push(element) - 1
      outer.push(placeOf(element.name))
      nearest.set(element.name, place)
      if (element.isBlock) blockPlaces.push(place)
      if (walls.has(element.name)) wallPlaces.push(place)
      if (isOfficeSetting(element.name)) settingPlaces.push(place)
    },
    look: () => open.at(-1)?.look ?? rootLook,
    topName: () => open.at(-1)?.name ?? '',
    topPlace: () => open.length - 1,
    placeOf,
    nearestOf(names: readonly string[]): number {
      let place = -1
      for (const name of names) place = Math.max(place, placeOf(name))
      return place
    },
    nearestBlock: () => blockPlaces.at(-1) ?? -1,
    outermostSetting: () => settingPlaces.at(0) ?? -1,
    nearestWall: () => wallPlaces.at(-1) ?? -1,
    /** Ends all elements from this place on. */
    closeFrom(place: number): void {
      while (open.length > Math.max(0, place)) {
        const last = open.pop()
        if (last === undefined) return
        nearest.set(last.name, outer.pop() ?? -1)
        if (blockPlaces.at(-1) === open.length) blockPlaces.pop()
        if (wallPlaces.at(-1) === open.length) wallPlaces.pop()
        if (settingPlaces.at(-1) === open.length) settingPlaces.pop()
        onEnd(last)
      }
    },
  }
}
