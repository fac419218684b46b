import { existsSync, renameSync, rmSync } from 'node:fs'

/** Moves a folder to its place when it is whole: of two that were made at once the first counts, and nobody meets a half one. */
export function moveWhole(temporary: string, folder: string): void {
  try {
    renameSync(temporary, folder)
  } catch (error) {
    if (!existsSync(folder)) throw error
    rmSync(temporary, { recursive: true, force: true })
  }
}
