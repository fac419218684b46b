// The embedded database does not notice a second process in its folder and would be ruined by it. The lock names its
// holder by process id and start time: after a crash it is stale, also where a container hands out the same id again.
import { randomUUID } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const heldHere = new Set<string>()

export function lockDirectory(directory: string): { release: () => void } {
  const path = join(directory, 'mailboard.lock')
  if (heldHere.has(path)) throw inUse(directory, process.pid)
  while (!created(path)) setAside(path, directory)
  heldHere.add(path)
  return {
    release: () => {
      heldHere.delete(path)
      rmSync(path, { force: true })
    },
  }
}

const inUse = (directory: string, pid: number) => new Error(`${directory} is in use by process ${pid}. One process at a time may open it.`)

function created(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** Moves a lock away and looks at it only then, so that of two starters none removes the other's. */
function setAside(path: string, directory: string): void {
  const aside = `${path}.${randomUUID()}`
  try {
    renameSync(path, aside)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return
    throw error
  }
  const holder = livingHolder(readFileSync(aside, 'utf8'))
  if (holder === undefined) return rmSync(aside, { force: true })
  renameSync(aside, path)
  throw inUse(directory, holder)
}

function livingHolder(text: string): number | undefined {
  const [, pid, started] = /"pid":(\d+),"started":"?([^"}]*)/.exec(text) ?? []
  if (pid === undefined || Number(pid) === process.pid) return undefined
  try {
    process.kill(Number(pid), 0)
  } catch (error) {
    if (codeOf(error) === 'ESRCH') return undefined
  }
  const startedNow = startOf(Number(pid))
  return startedNow === null || startedNow === started ? Number(pid) : undefined
}

/** When the process started, in the kernel's own counting; null where there is no /proc to tell. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

const codeOf = (error: unknown) => (typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined)
