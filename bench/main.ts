// `npm run bench -- [--quick] [ingest|flow|rest …]`: our figures beside their baselines, on PostgreSQL that commits to the disk.
import { parseArgs } from 'node:util'
import { findPostgresBinaries } from '../test/support/parts.ts'
import { startPostgres } from '../test/support/postgres.ts'
import { benchFlow } from './flow.ts'
import { benchIngest } from './ingest.ts'
import { benchRest } from './rest.ts'
import { printTable, type Result, save } from './result.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { quick: { type: 'boolean', default: false } } })
const binaries = findPostgresBinaries()
if (binaries === undefined) throw new Error('The bench needs the binaries of PostgreSQL.')
const cluster = await startPostgres(binaries, ['fsync=on', 'synchronous_commit=on'])
const rounds = values.quick ? 3 : 5
const isAsked = (name: string) => positionals.length === 0 || positionals.includes(name)
const results: Result[] = []
try {
  if (isAsked('ingest')) {
    const notifications = values.quick ? 4_000 : 10_000
    for (const database of ['PostgreSQL', 'PGlite'] as const) results.push(await benchIngest({ cluster, rounds, database, notifications }))
  }
  if (isAsked('flow'))
    results.push(...(await benchFlow({ cluster, rounds, mails: values.quick ? 1_000 : 3_000, burst: 10_000, mailboxes: 100 })))
  if (isAsked('rest')) results.push(await benchRest({ cluster }))
} finally {
  await cluster.stop()
}
printTable(results)
if (positionals.length === 0) save(new URL('results.json', import.meta.url), results)
process.exit(results.some(({ lost, doubled }) => lost > 0 || doubled > 0) ? 1 : 0)
