import type { BoardRef } from './shape.ts'

/** An id that a recipe names, and where it stands, as a JSON pointer. */
export type Place = { id: string; pointer: string }

/** What a trigger or an action names on one board. `template`: what a column is filled with, if it is filled. */
export type BoardUse = { board: BoardRef; pointer: string; groups: Place[]; columns: (Place & { template?: string })[] }

/** Places that are written relative to a trigger or an action, as places in the recipe. */
export const usesWithin = (uses: readonly BoardUse[], base: string): BoardUse[] =>
  uses.map(({ board, pointer, groups, columns }) => ({
    board,
    pointer: base + pointer,
    groups: groups.map((place) => ({ ...place, pointer: base + place.pointer })),
    columns: columns.map((place) => ({ ...place, pointer: base + place.pointer })),
  }))
