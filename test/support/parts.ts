// The parts that tests can use here: PostgreSQL (a running server, or binaries), Chromium, Vault. Found, never installed.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { vaultPath } from '../../scripts/vault.ts'
import { findChromium } from './chromium.ts'

export type Part = 'postgresql' | 'chromium' | 'vault'

export const partNames = { postgresql: 'PostgreSQL', chromium: 'Chromium', vault: 'Vault' } as const satisfies Record<Part, string>

/** The version of each available part. */
export async function findParts(): Promise<Partial<Record<Part, string>>> {
  const postgresql = process.env['DATABASE_URL'] ? 'of DATABASE_URL' : versionOf(findPostgresBinaries())
  const chromium = (await findChromium())?.version
  const vault = vaultVersion()
  return { ...(postgresql ? { postgresql } : {}), ...(chromium ? { chromium } : {}), ...(vault ? { vault } : {}) }
}

/** The parts in REQUIRE_PARTS must be available: without them, nothing counts as tested. */
export function missingParts(found: Partial<Record<Part, string>>): string[] {
  const required = (process.env['REQUIRE_PARTS'] ?? '').split(',').map((name) => name.trim().toLowerCase())
  return required.filter((name) => name !== '' && !(name in found))
}

/** The folder with initdb and postgres; the newest of several. */
export function findPostgresBinaries(): string | undefined {
  const installed = '/usr/lib/postgresql'
  const debian = existsSync(installed)
    ? readdirSync(installed)
        .toSorted((a, b) => Number(b) - Number(a))
        .map((version) => join(installed, version, 'bin'))
    : []
  return [...debian, configuredFolder()].find(
    (folder) => folder && existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
}

function configuredFolder(): string | undefined {
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}

function vaultVersion(): string | undefined {
  const binary = vaultPath()
  if (!existsSync(binary)) return undefined
  return /\d+(\.\d+)+/.exec(execFileSync(binary, ['version'], { encoding: 'utf8' }))?.[0]
}

function versionOf(binaries: string | undefined): string | undefined {
  if (!binaries) return undefined
  return /\d+(\.\d+)+/.exec(execFileSync(join(binaries, 'postgres'), ['--version'], { encoding: 'utf8' }))?.[0]
}
