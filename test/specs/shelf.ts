// Official schemas, samples and real mails may lie beside the project. The tests stand on their own without them.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The folder with this name on the shelf, ending in a slash; undefined where there is none. */
export function shelfFolder(name: 'graph' | 'mail' | 'manifest' | 'monday'): string | undefined {
  const folder = fileURLToPath(new URL(`../../../shared/specs/${name}/`, import.meta.url))
  return existsSync(folder) ? folder : undefined
}
