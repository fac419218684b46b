import type { NotUndone } from '../../contract/run.ts'

export type KeptRun = { id: string; subject: string; errors: NotUndone[] }
export type Undone = { undone: number; kept: number; keptRuns?: KeptRun[] }

/** Asks for one part after the other, until there is no more, and tells how far it has come. */
export async function undoAll(
  undoSome: (cursor: string | null) => Promise<Undone & { next: string | null }>,
  onProgress: (sofar: Undone) => void,
): Promise<Undone> {
  let sofar: Undone = { undone: 0, kept: 0 }
  let cursor: string | null = null
  do {
    const part = await undoSome(cursor)
    const keptRuns = [...(sofar.keptRuns ?? []), ...(part.keptRuns ?? [])]
    sofar = { undone: sofar.undone + part.undone, kept: sofar.kept + part.kept, ...(keptRuns.length > 0 && { keptRuns }) }
    onProgress(sofar)
    cursor = part.next
  } while (cursor !== null)
  return sofar
}
