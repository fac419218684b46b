export type Undone = { undone: number; kept: number }

/** Asks for one part after the other, until there is no more, and tells how far it has come. */
export async function undoAll(
  undoSome: (cursor: string | null) => Promise<Undone & { next: string | null }>,
  onProgress: (sofar: Undone) => void,
): Promise<Undone> {
  const sofar = { undone: 0, kept: 0 }
  let cursor: string | null = null
  do {
    const part = await undoSome(cursor)
    sofar.undone += part.undone
    sofar.kept += part.kept
    onProgress({ ...sofar })
    cursor = part.next
  } while (cursor !== null)
  return sofar
}
