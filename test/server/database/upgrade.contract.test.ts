// From the version before: mailboxes were columns of their connections, and work waited in pg-boss, whose tables are stood in for by the
// columns that matter. What its servers add to that queue during a rolling start becomes due as well.
import { randomUUID } from 'node:crypto'
import { globSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Kysely, sql } from 'kysely'
import { dialectOf } from '../../../server/database/dialect.ts'
import { openEmbedded } from '../../../server/database/embedded.ts'
import { openPostgres } from '../../../server/database/postgres.ts'
import type { Schema } from '../../../server/database/schema.ts'
import { asPerson, asSystem } from '../../../server/people/unit-of-work.ts'
import { databases, openTestDatabase } from '../../support/databases.ts'

type Migration = { up(db: unknown): Promise<void> }

const migrations = globSync('server/database/migrations/0*.ts').toSorted()
const tenantId = randomUUID()
const personId = randomUUID()
const ids = { connection: randomUUID(), leaving: randomUUID(), subscription: randomUUID(), left: randomUUID() }
const runs = {
  queued: randomUUID(),
  lost: randomUUID(),
  rereading: randomUUID(),
  suspect: randomUUID(),
  parked: randomUUID(),
  lapsed: randomUUID(),
  later: randomUUID(),
}

describe.each(databases)('on %s', (kind) => {
  let db: Kysely<Schema>
  let close: () => Promise<void>
  const run = (statement: string) => sql.raw(statement).execute(db)
  const migrate = async (isWanted: (name: string) => boolean) => {
    for (const path of migrations.filter((each) => isWanted(basename(each)))) {
      const { up } = (await import(resolve(path))) as Migration
      await db.transaction().execute((trx) => up(trx))
    }
  }

  beforeAll(async () => {
    const own = await openTestDatabase(kind, { isEmpty: true })
    const opened = own.env.DATABASE_URL === undefined ? await openEmbedded(own.env.DATA_DIR) : await openPostgres(own.env.DATABASE_URL)
    db = new Kysely<Schema>({ dialect: dialectOf(opened.pool, { pipelined: kind === 'postgresql' }) })
    close = async () => {
      await opened.close()
      await own.drop()
    }
    await migrate((name) => name < '0018')
    await fillConnections()
    await fillWork()
    await migrate((name) => name >= '0018')
  })
  afterAll(() => close())

  async function fillConnections(): Promise<void> {
    await run(`insert into people (id, tenant_id, object_id) values ('${personId}', '${tenantId}', '${personId}')`)
    for (const [id, provider, status] of [
      [ids.connection, 'microsoft', 'active'],
      [ids.leaving, 'monday', 'disconnecting'],
    ])
      await run(`insert into connections (id, tenant_id, person_id, provider, status, connection_key)
        values ('${id}', '${tenantId}', '${personId}', '${provider}', '${status}', '${id}')`)
    await run(`update connections set inbox_id = 'inbox', addresses = '["ann@example.org"]', refusals = 2, subscribe_at = now() + interval '1 hour',
      reason = '{"code": "subscription-refused", "params": {"status": "403"}}' where id = '${ids.connection}'`)
  }

  async function fillWork(): Promise<void> {
    for (const [id, state] of [
      [ids.subscription, 'active'],
      [ids.left, 'removed'],
    ])
      await run(`insert into subscriptions (id, tenant_id, connection_id, client_state_hash, state, renew_at)
        values ('${id}', '${tenantId}', '${ids.connection}', '\\x${id?.replaceAll('-', '')}', '${state}', now() + interval '3 days')`)
    for (const [id, reason] of [
      [runs.queued, 'waiting-for-retry'],
      [runs.lost, 'connection-lost'],
      [runs.rereading, 'waiting-for-retry'],
      [runs.suspect, 'waiting-for-retry'],
      [runs.parked, 'waiting-for-retry'],
      [runs.lapsed, 'waiting-for-retry'],
      [runs.later, 'connection-lost'],
    ])
      await run(`insert into runs (id, tenant_id, person_id, recipe_key, recipe_version, connection_id, message_id, outcome, reason_code)
        values ('${id}', '${tenantId}', '${personId}', '${id}', 1, '${ids.connection}', 'm', 'waiting', '${reason}')`)
    for (const id of Object.values(runs).filter((each) => each !== runs.rereading))
      await run(
        `insert into actions (run_id, ordinal, tenant_id, kind, outcome) values ('${id}', 0, '${tenantId}', 'create-item', 'waiting')`,
      )
    await run(`insert into suspect_jobs (queue, data, attempt, group_id, deaths, lapses)
      values ('run', '{"runId": "${runs.suspect}"}', 3, '${ids.connection}', 2, 4)`)
    await run('create schema pgboss')
    await run(`create type pgboss.job_state as enum ('created', 'retry', 'active', 'completed', 'cancelled', 'failed')`)
    await run(`create table pgboss.job (name text not null, data jsonb, state pgboss.job_state not null default 'created',
      retry_count integer not null default 0, start_after timestamptz not null default now()) partition by list (name)`)
    await run('create table pgboss.job_common partition of pgboss.job default')
    await run('grant usage on schema pgboss to mailboard_app, mailboard_system')
    await run('grant insert on pgboss.job, pgboss.job_common to mailboard_app, mailboard_system')
    await run(
      `insert into pgboss.job (name, data) values ${[
        job('catch-up', { connectionId: ids.connection }),
        job('renew', { subscriptionId: ids.left }),
        job('run', { runId: runs.queued }),
      ].join()}`,
    )
    await run(`insert into pgboss.job (name, data, state, start_after, retry_count) values
      ('run', '${envelope({ runId: runs.parked }, 3)}', 'created', now() + interval '100 seconds', 0),
      ('run', '${envelope({ runId: runs.lapsed })}', 'retry', now() - interval '1 minute', 1),
      ('run', '${envelope({ runId: runs.later })}', 'completed', now() - interval '1 minute', 0)`)
  }

  const envelope = (data: Record<string, string>, attempt = 1) => JSON.stringify({ attempt, data })
  const job = (name: string, data: Record<string, string>) => `('${name}', '${envelope(data)}')`
  const seconds = async (table: string, column: string, id: string) => {
    const key = table === 'mailboxes' ? 'connection_id' : 'id'
    const { rows } = await sql<{ seconds: number | null }>`
      select extract(epoch from ${sql.ref(column)} - now())::float8 as seconds from ${sql.table(table)} where ${sql.ref(key)} = ${id}`.execute(
      db,
    )
    return rows[0]?.seconds ?? null
  }
  const isDue = async (...asked: Parameters<typeof seconds>) => ((await seconds(...asked)) ?? 1) <= 0

  test('a mailbox has what its connection had, and a connection elsewhere has none', async () => {
    const mailboxes = await db.selectFrom('mailboxes').selectAll().execute()
    expect(mailboxes).toMatchObject([
      { connection_id: ids.connection, tenant_id: tenantId, person_id: personId, inbox_id: 'inbox', addresses: ['ann@example.org'] },
    ])
    expect(mailboxes[0]).toMatchObject({ refusals: 2, refused_status: 403, cursor: expect.any(Date), next_catchup_at: null })
  })

  test('what waits is due, and nothing else', async () => {
    const due = Object.entries(runs).map(async ([name, id]) => [name, await isDue('runs', 'due_at', id)])
    expect(Object.fromEntries(await Promise.all(due))).toEqual({
      queued: true,
      lost: false,
      rereading: false,
      suspect: true,
      parked: false,
      lapsed: true,
      later: false,
    })
    expect(await seconds('runs', 'due_at', runs.parked)).toBeGreaterThan(50)
    expect(await seconds('runs', 'due_at', runs.lost)).toBeNull()
    expect(await isDue('mailboxes', 'catch_up_at', ids.connection)).toBe(true)
    expect(await isDue('mailboxes', 'subscribe_at', ids.connection)).toBe(false)
    expect(await isDue('connections', 'disconnect_at', ids.leaving)).toBe(true)
    expect(await isDue('connections', 'disconnect_at', ids.connection)).toBe(false)
    for (const id of [ids.subscription, ids.left]) expect(await isDue('subscriptions', 'renew_at', id)).toBe(false)
    const ofRun = { queue: 'run', group_id: ids.connection, claim: null }
    expect(await db.selectFrom('claims').selectAll().orderBy('deaths', 'desc').orderBy('lapses', 'desc').execute()).toMatchObject([
      { ...ofRun, key: runs.suspect, attempt: 3, suspect: true, deaths: 2, lapses: 4 },
      { ...ofRun, key: runs.lapsed, attempt: 1, suspect: true, deaths: 0, lapses: 1 },
      { ...ofRun, key: runs.parked, attempt: 3, suspect: false, deaths: 0, lapses: 0 },
    ])
    expect((await sql`select from pgboss.job`.execute(db)).rows).toEqual([])
  })

  test('a job that a server of the version before adds makes its row due, and is not there itself', async () => {
    const person = { tenantId, personId }
    await asPerson(db, person, (trx) =>
      sql.raw(`insert into pgboss.job (name, data) values ${job('subscribe', { connectionId: ids.connection })}`).execute(trx),
    )
    await asSystem(db, (trx) =>
      sql
        .raw(
          `insert into pgboss.job_common (name, data, start_after)
          select name, data::jsonb, now() + interval '100 seconds' from (values ${job('run', { runId: runs.later })},
            ${job('renew', { subscriptionId: ids.subscription })}) as new (name, data)`,
        )
        .execute(trx),
    )
    expect(await isDue('mailboxes', 'subscribe_at', ids.connection)).toBe(true)
    for (const [table, column, id] of [
      ['runs', 'due_at', runs.later],
      ['subscriptions', 'renew_at', ids.subscription],
    ] as const) {
      expect(await seconds(table, column, id)).toBeGreaterThan(50)
      expect(await seconds(table, column, id)).toBeLessThanOrEqual(100)
    }
    expect((await sql`select from pgboss.job`.execute(db)).rows).toEqual([])
  })
})
