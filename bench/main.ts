// `npm run bench -- [--quick] [ingest|flow|rest|due|hostile …]`: our figures and their baselines, on PostgreSQL that commits to disk.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findPostgresBinaries } from '../test/support/parts.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { benchDue } from './due.ts'
import { benchFlow } from './flow.ts'
import { benchGrowth } from './hostile/growth.ts'
import { benchOthers } from './hostile/others.ts'
import { benchRecipes } from './hostile/recipes.ts'
import { benchIngest } from './ingest.ts'
import { benchRest } from './rest.ts'
import { printTable, type Result, save } from './result.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false } } })
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
// The first start of a version compiles it; the bench measures later starts.
spawnSync(process.execPath, ['--import=./scripts/keep-compiled.mjs', '--eval', 'await import("./server/server.ts")'], { cwd: root })
const binaries = findPostgresBinaries()
if (binaries === undefined) throw new Error('The bench needs the binaries of PostgreSQL.')
const cluster = await startPostgres(binaries, ['fsync=on', 'synchronous_commit=on'])
const rounds = values.quick ? 3 : 5
const isAsked = (name: string) => positionals.length === 0 || positionals.includes(name)
const results: Result[] = []
const faults: string[] = []
try {
  if (isAsked('ingest')) {
    const notifications = values.quick ? 4_000 : 10_000
    for (const database of ['PostgreSQL', 'PGlite'] as const) results.push(await benchIngest({ cluster, rounds, database, notifications }))
  }
  if (isAsked('flow')) {
    const size = values.quick ? { mails: 300, burst: 2_000 } : { mails: 3_000, burst: 10_000 }
    await benchFlow({ cluster, rounds, mailboxes: 100, ...size, tell: (result) => results.push(result) })
  }
  if (isAsked('rest')) results.push(await benchRest({ cluster }))
  if (isAsked('due')) await benchDue({ cluster, rounds, tell: (result) => results.push(result) })
  if (isAsked('hostile')) {
    results.push(...benchRecipes(rounds))
    faults.push(...(await benchGrowth()))
    const others = await benchOthers({ cluster, quick: values.quick })
    results.push(...others.results)
    faults.push(...others.faults)
  }
} catch (error) {
  console.error(error)
  faults.push('The bench did not come to its end.')
} finally {
  printTable(results)
  await cluster.stop()
}
if (positionals.length === 0) save(new URL('results.json', import.meta.url), results)
for (const fault of faults) console.error(fault)
process.exit(faults.length > 0 || results.some(({ lost, doubled }) => lost > 0 || doubled > 0) ? 1 : 0)
