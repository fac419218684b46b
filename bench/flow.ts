// From the notification to the item, over a hundred mailboxes, a web process and two workers on PostgreSQL. The stand-in for
// Graph and the load share the machine with them; their CPU time is printed separately.
import { setTimeout as wait } from 'node:timers/promises'
import type { Person } from '../sandbox/entra/directory.ts'
import type { Cluster } from '../test/support/postgres.ts'
import { until } from '../test/support/until.ts'
import { connectCrowd, countOf, type Crowd, isMade, postingsFor } from './crowd.ts'
import { startPlainProcess } from './harness/plain-process.ts'
import { residentBytes } from '../test/support/processes.ts'
import { cpuMs } from './harness/process-figures.ts'
import { startWorld, type World } from './harness/world.ts'
import { timed } from './ingest.ts'
import { benchManyRecipes } from './many-recipes.ts'
import { openPosts, percentile, type Posts } from './post.ts'
import { median, type Result, rounded } from './result.ts'

type Given = { cluster: Cluster; rounds: number; mails: number; burst: number; mailboxes: number; tell(result: Result): void }

export async function benchFlow({ cluster, rounds, mails, burst, mailboxes, tell }: Given): Promise<void> {
  const world = await startWorld({ cluster, isDirect: true, roles: ['web', 'worker', 'worker'] })
  const posts = openPosts()
  try {
    const crowd = await connectCrowd(world, mailboxes)
    await through(world, crowd, posts, 'warm', 200)
    const flow = await benchThroughput(world, crowd, posts, { rounds, mails })
    const plain = await benchPlainScript(world, crowd, posts, { rounds, mails })
    flow.baseline = plain.rate
    flow.ratio = rounded(flow.ours / plain.rate)
    flow.notes += `; the plain script keeps nothing that a kill would not take`
    tell(flow)
    tell(await benchLatency(world, crowd, posts, { perSecond: Math.max(1, Math.floor(flow.ours / 2)), seconds: 10 }))
    for (const result of await benchBurst(world, crowd, posts, burst)) tell(result)
    for (const result of await benchManyRecipes({ world, posts, rounds, mails: Math.min(mails, 1_000) })) tell(result)
  } finally {
    posts.close()
    await world.stop()
  }
}

const serversCpu = ({ replicas }: World) => replicas.reduce((sum, replica) => sum + cpuMs(replica.pid()), 0)
const to = ({ replicas }: World) => `${replicas[0]?.url}/graph/notifications`

async function through(world: World, crowd: Crowd, posts: Posts, round: string, mails: number) {
  const postings = await postingsFor(world, crowd, round, mails)
  const before = { servers: serversCpu(world), own: process.cpuUsage() }
  const { seconds, made: answers } = await timed(async () => {
    const taken = await posts.all(to(world), postings)
    await until(() => isMade(world, round, mails), 300_000)
    return taken
  })
  await until(async () => (await world.openJobs()) === 0, 60_000)
  const own = process.cpuUsage(before.own)
  return {
    seconds,
    answers,
    cpuMs: (serversCpu(world) - before.servers) / mails,
    loadCpuMs: (own.user + own.system) / 1000 / mails,
    ...(await countOf(world, round, mails)),
  }
}

async function benchThroughput(
  world: World,
  crowd: Crowd,
  posts: Posts,
  { rounds, mails }: { rounds: number; mails: number },
): Promise<Result> {
  const all = []
  for (let round = 0; round < rounds; round += 1) all.push(await through(world, crowd, posts, `flow${round}`, mails))
  return {
    name: 'notification to item',
    unit: 'mails/s',
    ours: rounded(mails / median(all.map(({ seconds }) => seconds))),
    baseline: null,
    ratio: null,
    cpuMsPerMail: rounded(median(all.map((one) => one.cpuMs))),
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    doubled: all.reduce((sum, { doubled }) => sum + doubled, 0),
    notes: `load and stand-in ${median(all.map(({ loadCpuMs }) => loadCpuMs)).toFixed(2)} CPU ms a mail`,
  }
}

/** What a plain script would do, with the same messages, on the same database. */
async function benchPlainScript(world: World, crowd: Crowd, posts: Posts, { rounds, mails }: { rounds: number; mails: number }) {
  const { graph } = world.sandbox
  await world.query.rows('create table if not exists plain_items (name text not null)')
  const tokens = new Map(world.sandbox.vault.tokenPaths().map((path) => [path, String(world.sandbox.vault.read(path)?.['accessToken'])]))
  const keys = await world.query.rows('select object_id, connection_key from connections join people on people.id = person_id')
  const tokenOf = (person: Person) => {
    const key = keys.find((row) => row['object_id'] === person.objectId)?.['connection_key']
    return [...tokens].find(([path]) => path.endsWith(String(key)))?.[1]
  }
  const bySubscription = Object.fromEntries(crowd.people.map((person) => [graph.subscriptions(person)[0]?.id, tokenOf(person)]))
  const script = await startPlainProcess(new URL('baseline-script.ts', import.meta.url), {
    DATABASE_URL: world.databaseUrl,
    GRAPH_URL: world.environment['GRAPH_URL'] ?? '',
    TOKENS: JSON.stringify(bySubscription),
  })
  const rates: number[] = []
  try {
    for (let round = 0; round < rounds; round += 1) {
      const postings = await postingsFor(world, crowd, `plain${round}`, mails)
      const done = async () => world.query.count('select count(*) from plain_items where name like $1', [`plain${round} %`])
      const { seconds } = await timed(async () => {
        await posts.all(`${script.url}/graph/notifications`, postings)
        // Lost messages never arrive.
        await until(async () => (await done()) >= mails, 20_000).catch(() => undefined)
      })
      rates.push((await done()) / seconds)
    }
  } finally {
    await script.stop()
  }
  return { rate: rounded(median(rates)) }
}

async function benchLatency(
  world: World,
  crowd: Crowd,
  posts: Posts,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<Result> {
  const mails = perSecond * seconds
  const postings = await postingsFor(world, crowd, 'half', mails)
  await posts.all(to(world), postings, perSecond)
  await until(() => isMade(world, 'half', mails), 120_000)
  // By the database's clock: from the commit of the notification to the commit of the item.
  const p95 = await world.query.count(
    `select percentile_cont(0.95) within group (order by extract(epoch from items.created_at - inbox_messages.seen_at)) * 1000
    from items join inbox_messages on message_id = source_message_id where name like 'half %'`,
  )
  return {
    name: 'p95 at half that load',
    unit: 'ms',
    ours: rounded(p95),
    baseline: null,
    ratio: null,
    cpuMsPerMail: null,
    ...(await countOf(world, 'half', mails)),
    notes: `${perSecond} mails/s for ${seconds} s`,
  }
}

async function benchBurst(world: World, crowd: Crowd, posts: Posts, mails: number): Promise<Result[]> {
  const postings = await postingsFor(world, crowd, 'burst', mails)
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, ...world.replicas.map((replica) => residentBytes(replica.pid())))), 100)
  const answers = await posts.all(to(world), postings, 1_000)
  const from = performance.now()
  await until(() => isMade(world, 'burst', mails), 300_000)
  const drained = (performance.now() - from) / 1000
  clearInterval(watch)
  await wait(500)
  const slowest = percentile(answers, 1)
  const counted = await countOf(world, 'burst', mails)
  const taken = answers.filter(({ status }) => status === 202).length
  const common = { baseline: null, ratio: null, cpuMsPerMail: null }
  return [
    {
      ...common,
      ...counted,
      name: `burst of ${mails} in ${mails / 1_000} s: slowest answer`,
      unit: 'ms',
      ours: rounded(slowest),
      notes: `${taken} acknowledged, p99 ${percentile(answers, 0.99).toFixed(0)} ms, all items ${drained.toFixed(1)} s after the last`,
    },
    {
      ...common,
      lost: 0,
      doubled: 0,
      name: 'memory under that burst',
      unit: 'MiB',
      ours: rounded(most / 2 ** 20),
      notes: 'the largest process',
    },
  ]
}
