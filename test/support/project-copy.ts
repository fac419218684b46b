// A copy of the project in its own folder, as after a clone, for tests that must not touch what others use.
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
