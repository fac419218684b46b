import { existsSync, renameSync, rmSync } from 'node:fs'

/** Moves a complete folder to its place: if two were made at once, the first counts, and no one sees an incomplete one. */
export function moveWhole(temporary: string, folder: string): void {
  try {
    renameSync(temporary, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(temporary, { recursive: true, force: true })
  }
}
