// The queries that the schedule and the workers run every second, with a hundred and with a hundred thousand connected mailboxes:
// how long they take, and their plans. Only queries that run once a minute or once per start may read all connections,
// subscriptions or messages.
import { type CompiledQuery, Kysely, PostgresDialect, sql, type Transaction } from 'kysely'
import pg from 'pg'
import { openDatabase } from '../server/database/database.ts'
import type { Schema } from '../server/database/schema.ts'
import { allDueRows } from '../server/due-rows.ts'
import { openMessageClaims } from '../server/inbox/claim-store.ts'
import { openDueRows } from '../server/jobs/claim-store.ts'
import type { DueQueue } from '../server/jobs/job-data.ts'
import { bringForward, countListed, makeCatchUpsDue, passOverIdle } from '../server/mailboxes/due-store.ts'
import { asSystem } from '../server/people/unit-of-work.ts'
import { type Cluster, createDatabase } from '../test/support/postgres.ts'
import { besideFew, median, type Result } from './result.ts'

type Trx = Transaction<Schema>
type Question = { name: string; often: 'each second' | 'each minute' | 'at a start'; ask(trx: Trx): Promise<unknown> }
type Asked = Question & { ms: number; plan: string }

const intervalMs = 300_000
const options = { leaseMs: 120_000, retryBaseMs: 2_000, isAlone: true, worker: null }
const claimOf = (queue: DueQueue): Question => ({
  name: `a claim of 4 jobs of ${queue}`,
  often: 'each second',
  ask: (trx) => openDueRows((work) => work(trx), allDueRows, options).sources[queue].claim(4),
})
const questions: Question[] = [
  { name: 'makeCatchUpsDue', often: 'each second', ask: (trx) => makeCatchUpsDue(trx, { atMost: 20, intervalMs }) },
  { name: 'passOverIdle', often: 'each second', ask: (trx) => passOverIdle(trx, intervalMs) },
  ...(['catch-up', 'subscribe', 'renew', 'disconnect'] as const).map(claimOf),
  {
    name: 'a claim of 64 mails',
    often: 'each second',
    ask: (trx) => openMessageClaims((work) => work(trx), options).claim(64),
  },
  { name: 'countListed', often: 'each minute', ask: (trx) => countListed(trx) },
  { name: 'bringForward', often: 'at a start', ask: (trx) => bringForward(trx, 5_000_000) },
]

/** A normal second, and one in which everything has been due for a long time, as after a stop. */
const situations = {
  'a usual second': { due: 20, idle: 10, renewals: 2 },
  'all overdue': { due: 1e9, idle: 1e9, renewals: 1e9 },
}

type Bench = { cluster: Cluster; rounds: number; tell(result: Result): void }

export async function benchDue({ cluster, rounds, tell }: Bench): Promise<void> {
  const scanning: string[] = []
  for (const [situation, due] of Object.entries(situations)) {
    const few = await askAll(cluster, 100, { due, rounds })
    const many = await askAll(cluster, 100_000, { due, rounds })
    for (const [index, { name, often, ms, plan }] of many.entries()) {
      console.log(`\n${name}, ${often}; 100,000 mailboxes, ${situation}: ${ms.toFixed(2)} ms\n${plan}`)
      const shown = { name: `${name}, ${often}; ${situation}`, unit: 'ms', notes: '100,000 mailboxes beside 100' }
      tell(besideFew(shown, few[index]?.ms ?? 0, ms))
      if (often === 'each second' && looksThroughAll(plan)) scanning.push(name)
    }
  }
  if (scanning.length > 0) throw new Error(`Asked each second and looks through a whole table: ${scanning.join(', ')}`)
}

const looksThroughAll = (plan: string) => /Seq Scan on (connections|mailboxes|subscriptions|recipes|inbox_messages)/.test(plan)

type Due = { due: number; idle: number; renewals: number }

async function askAll(cluster: Cluster, mailboxes: number, { due, rounds }: { due: Due; rounds: number }): Promise<Asked[]> {
  const database = await createDatabase(cluster.url)
  await (await openDatabase({ databaseUrl: database.url, dataDir: '' })).close()
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  const sent: CompiledQuery[] = []
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }), log: ({ query }) => void sent.push(query) })
  try {
    await fill(db, mailboxes, due)
    const asked: Asked[] = []
    for (const question of questions) {
      const times: number[] = []
      for (let round = 0; round < rounds; round += 1) times.push(await takingBack(db, (trx) => timed(() => question.ask(trx))))
      const plan = await takingBack(db, async (trx) => {
        await sql`savepoint before`.execute(trx)
        sent.length = 0
        await question.ask(trx)
        const [query] = sent
        await sql`rollback to savepoint before`.execute(trx)
        return query ? planOf(trx, query) : ''
      })
      asked.push({ ...question, ms: median(times), plan })
    }
    return asked
  } finally {
    await db.destroy()
    await database.drop()
  }
}

/** Three mailboxes in five have a recipe that waits for messages. */
async function fill(db: Kysely<Schema>, mailboxes: number, { due, idle, renewals }: Due): Promise<void> {
  const later = sql`now() + interval '10 minutes' + random() * interval '80 minutes'`
  const overdue = sql`now() - random() * interval '1 day'`
  await sql`
    with numbers as (select number, gen_random_uuid() as id, gen_random_uuid() as tenant from generate_series(1, ${mailboxes}::int) number),
    persons as (insert into people (id, tenant_id, object_id) select id, tenant, gen_random_uuid() from numbers),
    watching as (
      insert into recipes (tenant_id, person_id, name, enabled, enabled_at, trigger_kind, body)
      select tenant, id, 'All mails', true, now(), 'mail-received', '{}' from numbers where number % 5 < 3)
    insert into connections (id, tenant_id, person_id, provider, status, connection_key)
    select id, tenant, id, 'microsoft', 'active', id::text from numbers`.execute(db)
  await sql`
    insert into mailboxes (connection_id, tenant_id, person_id) select id, tenant_id, person_id from connections on conflict do nothing`.execute(
    db,
  )
  await sql`
    update mailboxes set inbox_id = 'x', catch_up_at = case when has_recipe and place * 5 / 3 < ${due} then ${overdue} end, next_catchup_at = case
      when has_recipe and place * 5 / 3 < ${due} then ${overdue} when not has_recipe and place * 5 / 2 < ${idle} then ${overdue} else ${later} end
    from (
      select person_id as owner, has_recipe, row_number() over (partition by has_recipe) as place
      from (select person_id, exists (select from recipes where recipes.person_id = mailboxes.person_id) as has_recipe from mailboxes) as each
    ) as each
    where owner = person_id`.execute(db)
  await sql`
    insert into subscriptions (tenant_id, connection_id, graph_id, client_state_hash, state, expires_at, renew_at)
    select tenant_id, id, id::text, sha256(id::text::bytea), 'active', now() + interval '3 days',
      case when row_number() over () <= ${renewals} then ${overdue} else now() + random() * interval '3 days' end
    from connections`.execute(db)
  await sql`
    insert into inbox_messages (connection_id, message_id, tenant_id, state, source)
    select id, 'treated ' || number, tenant_id, 'treated', 'notification' from connections, generate_series(1, 5) number`.execute(db)
  await sql`vacuum analyze connections, mailboxes, subscriptions, recipes, people, inbox_messages`.execute(db)
  // As if everything arrived at once after a quiet time: the database's statistics say that nothing waits in the inbox.
  await sql`
    insert into inbox_messages (connection_id, message_id, tenant_id, state, source)
    select id, 'queued', tenant_id, 'queued', 'notification' from connections limit ${Math.min(due, mailboxes)}`.execute(db)
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}

/** Makes the same rows due again for the next query. */
async function takingBack<Answer>(db: Kysely<Schema>, work: (trx: Trx) => Promise<Answer>): Promise<Answer> {
  let answer: { is: Answer } | undefined
  const back = new Error('Taken back')
  await asSystem(db, async (trx) => {
    answer = { is: await work(trx) }
    throw back
  }).catch((error: unknown) => {
    if (error !== back) throw error
  })
  if (answer === undefined) throw new Error('There is no answer.')
  return answer.is
}

/** With the generic plan, which a server with named statements ends up using. */
async function planOf(trx: Trx, { sql: text, parameters }: CompiledQuery): Promise<string> {
  await sql`set local plan_cache_mode = force_generic_plan`.execute(trx)
  await sql.raw(`prepare asked as ${text}`).execute(trx)
  const values = parameters.map((value) => (value === null ? 'null' : pg.escapeLiteral(String(value as string | number)))).join(', ')
  const explain = `explain (analyze, costs off, timing off) execute asked${values === '' ? '' : ` (${values})`}`
  const { rows } = await sql.raw<{ 'QUERY PLAN': string }>(explain).execute(trx)
  await sql.raw('deallocate asked').execute(trx)
  return rows.map((row) => row['QUERY PLAN']).join('\n')
}
