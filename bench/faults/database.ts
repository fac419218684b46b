import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { findPostgresBinaries } from '../../test/support/parts.ts'
import { startPostgres } from '../../test/support/postgres.ts'
import { until } from '../../test/support/until.ts'
import { broken } from '../harness/invariants.ts'
import { startWorld, type World } from '../harness/world.ts'
import { demand, type Faults } from './fault.ts'

/** The first answer to each post since `from`. */
const answersSince = ({ sandbox }: World, from: number) => sandbox.graph.notifications.entries.slice(from)

export const databaseFaults: Faults = {
  F31: {
    title: 'PostgreSQL killed under load, back after 13 s; after 60 s with --slow',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const before = world.sandbox.graph.notifications.entries.length
      for (let index = 0; index < 30; index += 1) {
        await mailbox.deliver(`Mail ${index}`)
        if (index === 10) await world.cluster.kill()
      }
      const down = Date.now()
      await until(async () => (await fetch(`${world.server.url}/readyz`)).status === 503)
      await wait(Math.max(0, (world.isSlow ? 60_000 : 13_000) - (Date.now() - down)))
      await world.cluster.start()
      const up = Date.now()
      await until(() => world.sandbox.graph.idle(), world.within(30_000))
      const took = ((Date.now() - up) / 1000).toFixed(1)
      const refused = answersSince(world, before).filter(({ status }) => status === 503).length
      const [connections] = await world.query.rows('select count(*)::int as open from pg_stat_activity where datname = current_database()')
      demand(Number(connections?.['open']) < 40, `${connections?.['open']} connections are open`)
      return `${refused} posts refused with 503, all accepted ${took} s after it was back`
    },
  },
  F32: {
    title: 'each message to PostgreSQL takes 2 s; then a table is locked and the pool runs full',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const url = `${world.url}/graph/notifications`
      const slowest: string[] = []
      const post = async (name: string) => {
        const { id } = await mailbox.deliver(name, { notifications: 0 })
        const from = Date.now()
        const [status] = await world.sandbox.graph.notify(mailbox.person, id)
        slowest.push(`${status} after ${Date.now() - from} ms`)
        demand(Date.now() - from < 3_100, `${url} took ${Date.now() - from} ms`)
        const kept = await world.query.count('select count(*) from inbox_messages where message_id = $1', [id])
        demand(status !== 202 || kept === 1, '202 without a commit')
        return id
      }
      world.server.link.slow(2_000)
      const slow = await post('Slowly')
      world.server.link.slow(0)
      const blocked = world.query.rows(`do $$ begin lock table inbox_messages in exclusive mode; perform pg_sleep(5); end $$`)
      await wait(100)
      const full = await Promise.all(Array.from({ length: 15 }, (_, index) => post(`Pool ${index}`)))
      await blocked
      for (const id of [slow, ...full]) await until(async () => (await world.sandbox.graph.notify(mailbox.person, id))[0] === 202)
      return [...new Set(slowest.map((one) => one.split(' ')[0]))].join(' and ') + ` within 3 s`
    },
  },
  F45: {
    title: 'one of two replicas is cut off from PostgreSQL',
    roles: ['all', 'all'],
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const [isolated, other] = world.replicas
      demand(isolated && other, 'two replicas were expected')
      const { id } = await mailbox.deliver('To the isolated one', { notifications: 0 })
      const held = isolated.link.hold({ statement: /insert into "?items"?/i, at: 'before commit' })
      const there = Promise.race([held.reached.then(() => true), wait(1_500).then(() => false)])
      for (let index = 0; index < 10; index += 1) await mailbox.deliver(`Mail ${index}`)
      const late = await there
      isolated.link.cut()
      held.release()
      const [subscription] = world.sandbox.graph.subscriptions(mailbox.person)
      const body = {
        value: [{ subscriptionId: subscription?.id, clientState: subscription?.clientState, changeType: 'created', resourceData: { id } }],
      }
      const refused = await world.sandbox.graph.post(`${isolated.url}/graph/notifications`, body)
      demand(refused === 503, `the isolated one answered ${refused}`)
      demand((await world.sandbox.graph.post(`${other.url}/graph/notifications`, body)) === 202, 'the other one did not take it')
      // The isolated server also gets half of the requests.
      await until(() => mailbox.isComplete().catch(() => false), world.within(30_000))
      isolated.link.mend()
      await until(async () => (await fetch(`${isolated.url}/readyz?for=notifications`)).status === 200, world.within(20_000))
      return late ? 'cut before the commit of a write' : 'cut between writes'
    },
  },
  F47:
    process.platform === 'linux' && process.getuid?.() === 0
      ? { title: 'the disk of PostgreSQL is full', inject: onSmallDisk }
      : { title: 'the disk of PostgreSQL is full', refused: 'needs a disk of its own, which root alone can mount' },
}

/** PostgreSQL on an in-memory disk that is filled and emptied again. */
async function onSmallDisk(outer: World): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-disk-'))
  const usual = process.env['TMPDIR']
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=220m,mode=1777', 'mailboard-disk', folder])
  process.env['TMPDIR'] = folder
  const cluster = await startPostgres(findPostgresBinaries() ?? '', [
    'fsync=off',
    'synchronous_commit=on',
    'max_wal_size=64MB',
    'wal_recycle=off',
  ])
  if (usual === undefined) delete process.env['TMPDIR']
  else process.env['TMPDIR'] = usual
  const world = await startWorld({
    cluster,
    settings: { JOB_LEASE: outer.environment['JOB_LEASE'] ?? '2m', RETRY_BASE: outer.environment['RETRY_BASE'] ?? '2s' },
  })
  try {
    const mailbox = await world.mailbox('camille')
    const filler = join(folder, 'filler')
    fill(filler)
    const before = world.sandbox.graph.notifications.entries.length
    for (let index = 0; index < 400; index += 1) await mailbox.deliver(`Mail ${index}`)
    await wait(4_000)
    const statuses = new Set(answersSince(world, before).map(({ status }) => status))
    rmSync(filler)
    // Without room for its log, PostgreSQL stops; its operator starts it again.
    await cluster.start().catch(() => undefined)
    const from = Date.now()
    await world.settled(120_000)
    const problems = await broken(world)
    demand(problems.length === 0, problems.join(' · '))
    return `answered ${[...statuses].join(', ')}; all items ${((Date.now() - from) / 1000).toFixed(0)} s after there was room`
  } finally {
    await world.stop()
    await cluster.stop()
    execFileSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  }
}

function fill(path: string): void {
  const file = openSync(path, 'w')
  try {
    for (const block of [1024 * 1024, 4096]) for (;;) if (!write(file, Buffer.alloc(block))) break
  } finally {
    closeSync(file)
  }
}

function write(file: number, bytes: Buffer): boolean {
  try {
    return writeSync(file, bytes) === bytes.length
  } catch {
    return false
  }
}
