// This machine's processes by their IDs: from /proc, or from `ps` if there is no /proc.
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

type Process = { pid: number; parent: number; command: string; isZombie: boolean }

export function descendantsOf(pid: number): Process[] {
  const all = processes()
  const under = (parent: number): Process[] => all.filter((one) => one.parent === parent).flatMap((one) => [one, ...under(one.pid)])
  return under(pid)
}

/** A zombie has ended, but its parent has not read its exit code. */
export function isAlive(pid: number): boolean {
  return processes().some((one) => one.pid === pid && !one.isZombie)
}

/** As Linux counts them; 0 for no process. */
export function residentBytes(pid: number | undefined): number {
  if (pid === undefined) return 0
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
}

function processes(): Process[] {
  return existsSync('/proc/self/stat') ? readdirSync('/proc').flatMap(fromProc) : fromPs()
}

function fromProc(name: string): Process[] {
  if (!/^\d+$/.test(name)) return []
  try {
    const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return [{ pid: Number(name), parent: Number(parent), command, isZombie: state === 'Z' }]
  } catch {
    // It has ended in the meantime.
    return []
  }
}

function fromPs(): Process[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n')
  return lines.flatMap((line) => {
    const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command, isZombie: state.startsWith('Z') }]
  })
}
