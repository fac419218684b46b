// The project in a folder of its own, as after a clone: where a test must not touch what others use meanwhile.
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const left = new Set(['node_modules', '.git', '.cache', 'dist', 'data', '.env', 'test-screenshots', '.install-lock'])

export function copyOfProject({ installed }: { installed: boolean }) {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-project-'))
  cpSync(root, folder, { recursive: true, filter: (path) => !left.has(basename(path)) })
  if (installed) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return { folder, [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) }
}
