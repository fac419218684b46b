// How time and memory grow with the size of what a stranger sends: each generator in its own process, at three sizes, through
// everything that is done with a message: reading, matching patterns, rendering templates, sanitizing for a board.
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { generators } from './mails.ts'

const run = promisify(execFile)
const child = fileURLToPath(new URL('one-generator.ts', import.meta.url))

export const sizes = [62_500, 250_000, 1_000_000] as const

type Measured = { ms: number; mb: number }

/** Four times the size may take this many times the CPU time; a small amount is never too much. */
const mostTimes = 6
const littleMs = 250
const mostMb = 250

export async function benchGrowth(): Promise<string[]> {
  console.log(`\n${generators.length} generators, ms of CPU (MB above rest) at ${sizes.map((size) => `${size / 1000} kB`).join(', ')}`)
  const faults: string[] = []
  for (const [index, { name }] of generators.entries()) {
    const { stdout } = await run(process.execPath, [child, String(index)], { timeout: 120_000 })
    const measured = JSON.parse(stdout) as Measured[]
    const fault = faultOf(measured)
    console.log(
      `${name.padEnd(40)} ${measured.map(({ ms, mb }) => `${ms.toFixed(0).padStart(6)} (${mb.toFixed(0)})`).join('  ')}${fault === '' ? '' : `   ${fault}`}`,
    )
    if (fault !== '') faults.push(`${name}: ${fault}`)
  }
  return faults
}

/** Empty if there is none. */
function faultOf(measured: Measured[]): string {
  const steps = measured.slice(1).map(({ ms }, at) => ms / Math.max(measured[at]?.ms ?? 0, littleMs / 4))
  const grows = measured.some(({ ms }) => ms > littleMs) && steps.some((times) => times > mostTimes)
  const isLarge = measured.some(({ mb }) => mb > mostMb)
  return [grows ? 'grows faster than its size' : '', isLarge ? 'takes too much memory' : ''].filter((one) => one !== '').join(', ')
}
