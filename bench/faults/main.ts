// `npm run faults -- [F1 F34 …] [--seed N] [--mails N] [--kills N] [--slow]`: each fault in its own world, one line per fault.
import { parseArgs } from 'node:util'
import { findPostgresBinaries } from '../../test/support/parts.ts'
import { type Cluster, startPostgres } from '../../test/support/postgres.ts'
import { broken } from '../harness/invariants.ts'
import { startWorld, type World } from '../harness/world.ts'
import type { Fault } from './fault.ts'
import { faults } from './table.ts'

/** Short waits; everything else keeps its default. */
const shortWaits = { JOB_LEASE: '2s', RETRY_BASE: '50ms', CATCHUP_INTERVAL: '1d' }
/** With --slow nothing is set: these are the server's defaults. */
const defaultWaits = { JOB_LEASE: '2m', RETRY_BASE: '2s', CATCHUP_INTERVAL: '5m' }

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    slow: { type: 'boolean', default: false },
    mails: { type: 'string', default: '500' },
    kills: { type: 'string', default: '50' },
  },
})
const asked = positionals.map((id) => id.toUpperCase())
const unknown = asked.filter((id) => !(id in faults))
if (unknown.length > 0) throw new Error(`There is no ${unknown.join(', ')}.`)

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
const binaries = findPostgresBinaries()
if (binaries === undefined) throw new Error('The fault bench needs the binaries of PostgreSQL.')
// Committed data survives a crash of PostgreSQL, as in production.
const cluster = await startPostgres(binaries, ['fsync=off', 'full_page_writes=off', 'synchronous_commit=on'])
const counts = { pass: 0, fail: 0, refused: 0 }
for (const [id, fault] of Object.entries(faults).toSorted(byNumber)) {
  if (asked.length > 0 && !asked.includes(id)) continue
  const { verdict, line } = await judge(fault)
  counts[verdict] += 1
  console.log(`${id} ${line}`)
}
console.log(`${counts.pass} pass, ${counts.fail} fail, ${counts.refused} refused`)
await cluster.stop()
process.exit(counts.fail > 0 ? 1 : 0)

async function judge(fault: Fault): Promise<{ verdict: keyof typeof counts; line: string }> {
  if ('refused' in fault) return { verdict: 'refused', line: `refused: ${fault.refused}` }
  const settings = values.slow ? {} : { ...shortWaits, ...fault.settings }
  const startedAt = Date.now()
  const { problems, note } = await run(cluster, fault, settings)
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1)
  const used = Object.entries(values.slow ? defaultWaits : settings).map(([name, value]) => `${name}=${value}`)
  const verdict = problems.length === 0 ? 'pass' : 'fail'
  const words = [fault.title, ...(note ? [note] : []), ...problems].join(' · ')
  return { verdict, line: `${verdict} ${words} (${seconds} s; ${values.slow ? 'defaults: ' : ''}${used.join(' ')})` }
}

async function run(on: Cluster, fault: Exclude<Fault, { refused: string }>, settings: Record<string, string>) {
  let world: World | undefined
  try {
    world = await startWorld({ cluster: on, settings, isSlow: values.slow, roles: fault.roles ?? ['all'] })
    const note = await fault.inject(world, { seed: Number(values.seed), mails: Number(values.mails), kills: Number(values.kills) })
    await world.settled()
    return { problems: await broken(world), note }
  } catch (error) {
    const why = world ? await broken(world).catch(() => []) : []
    return { problems: [error instanceof Error ? error.message.slice(0, 400) : String(error), ...why.slice(0, 5)], note: undefined }
  } finally {
    if (process.env['FAULTS_LOG'] && world) console.error(world.output())
    await on.start()
    await world?.stop()
  }
}

function byNumber([a]: [string, Fault], [b]: [string, Fault]): number {
  return Number(a.slice(1)) - Number(b.slice(1))
}
