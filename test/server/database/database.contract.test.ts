// The same cases on both databases.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { builtOnce } from '../../../server/database/built-once.ts'
import { type OpenDatabase, openDatabase } from '../../../server/database/database.ts'
import { isMigrated } from '../../../server/database/migrate.ts'
import { isAway } from '../../../server/database/postgres.ts'
import { askAnew, sendAhead } from '../../../server/database/statements.ts'
import { jsonText } from '../../../server/database/text.ts'
import { asPerson, asSystem } from '../../../server/people/unit-of-work.ts'
import { databases, type OpenTestDatabase, openTestDatabase } from '../../support/databases.ts'
import { until } from '../../support/until.ts'

const tenantId = '5f1a0e1c-0c4e-4c1e-9f4e-1c1b1a1d1e1f'

describe.each(databases)('%s', (kind) => {
  let storage: OpenTestDatabase
  let database: OpenDatabase

  beforeAll(async () => {
    storage = await openTestDatabase(kind, { isEmpty: true })
    database = await openDatabase({ databaseUrl: storage.env.DATABASE_URL ?? null, dataDir: storage.env.DATA_DIR })
  })
  afterAll(async () => {
    await database.close()
    await storage.drop()
  })

  const addPerson = (displayName: string) =>
    database.db
      .insertInto('people')
      .values({ tenant_id: tenantId, object_id: crypto.randomUUID(), display_name: displayName })
      .returningAll()
      .executeTakeFirstOrThrow()

  test('the schema is up to date', async () => {
    expect(await isMigrated(database.db)).toBe(true)
  })

  test('time is a Date, a bigint is a text, jsonb is what it holds', async () => {
    const { rows } =
      await sql`select now() as at, 9007199254740993::bigint as big, '{"a":[1]}'::jsonb as json, '\\x00ff'::bytea as bytes`.execute(
        database.db,
      )
    expect(rows).toEqual([{ at: expect.any(Date), big: '9007199254740993', json: { a: [1] }, bytes: Buffer.from([0, 255]) }])
  })

  test('NUL bytes and half characters do not reach the database', async () => {
    const { display_name } = await addPerson('a\0b')
    expect(display_name).toBe('ab')
    const { rows } = await sql<{ json: unknown }>`select ${jsonText({ a: 'x\0y', b: ['\ud800', '\\u0000'] })}::jsonb as json`.execute(
      database.db,
    )
    expect(rows[0]?.json).toEqual({ a: 'xy', b: ['\ufffd', '\\u0000'] })
  })

  test('a unit of work that throws leaves nothing', async () => {
    const actor = { tenantId, personId: crypto.randomUUID() }
    const failing = asPerson(database.db, actor, async (trx) => {
      await trx.insertInto('policies').values({ tenant_id: tenantId, create_recipes: '"admins"' }).execute()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await database.db.selectFrom('policies').selectAll().execute()).toEqual([])
  })

  test('a unit of work says for whom it is, and the next one does not inherit it', async () => {
    const actor = { tenantId, personId: crypto.randomUUID() }
    const said = () =>
      sql<{ who: string }>`select current_setting('mailboard.tenant', true) || '/' || current_setting('mailboard.person', true) as who`
    const inside = await asPerson(database.db, actor, async (trx) => (await said().execute(trx)).rows[0]?.who)
    expect(inside).toBe(`${actor.tenantId}/${actor.personId}`)
    expect(await asSystem(database.db, async (trx) => (await said().execute(trx)).rows[0]?.who)).toBe('/')
  })

  test('what is notified in a transaction is heard after its commit, and not after a rollback', async () => {
    const heard: string[] = []
    const stop = await database.listen('test_channel', (payload) => heard.push(payload))
    const notify = (word: string, fails: boolean) =>
      asSystem(database.db, async (trx) => {
        await sql`select pg_notify('test_channel', ${word})`.execute(trx)
        if (fails) throw new Error('no')
      })
    await expect(notify('lost', true)).rejects.toThrow('no')
    await notify('kept', false)
    await until(() => heard.length > 0)
    expect(heard).toEqual(['kept'])
    await stop()
    await notify('late', false)
    expect(heard).toEqual(['kept'])
  })

  test('a fault in a question is no outage', async () => {
    const error: unknown = await sql`select * from nowhere`.execute(database.db).catch((reason: unknown) => reason)
    expect(isAway(error)).toBe(false)
  })

  test('a statement that is built once takes what each use gives, and says what comes back', async () => {
    type Named = { name: string; objectId: string }
    const inserting = builtOnce((db, { name, objectId }: Named) =>
      db.insertInto('people').values({ tenant_id: tenantId, object_id: objectId, display_name: name }),
    )
    const finding = builtOnce((db, { names }: { names: string[] }) =>
      db
        .selectFrom('people')
        .select(['object_id', 'created_at'])
        .where(sql<boolean>`display_name = any(${names}::text[])`)
        .orderBy('display_name'),
    )
    const [first, second] = [crypto.randomUUID(), crypto.randomUUID()]
    const idsOf = async (...names: string[]) => {
      const { rows } = await database.db.executeQuery(finding({ names }))
      expect(rows.every(({ created_at }) => created_at.getTime() <= Date.now() + 60_000)).toBe(true)
      return rows.map(({ object_id }) => object_id)
    }
    await database.db.transaction().execute(async (trx) => {
      await sendAhead(trx, inserting({ name: 'Built once, a\0', objectId: first }))
      await sendAhead(trx, inserting({ name: 'Built once, b', objectId: second }))
    })
    expect(await Promise.all([idsOf('Built once, a', 'Built once, b'), idsOf('Built once, b'), idsOf()])).toEqual([
      [first, second],
      [second],
      [],
    ])
  })

  describe('a statement that is sent ahead', () => {
    const add = (trx: Parameters<typeof sendAhead>[0], displayName: string, id: string = crypto.randomUUID()) =>
      sendAhead(
        trx,
        trx.insertInto('people').values({ id, tenant_id: tenantId, object_id: crypto.randomUUID(), display_name: displayName }),
      )
    const named = async (name: string) =>
      (await database.db.selectFrom('people').select('id').where('display_name', '=', name).execute()).length

    test('is there for the one that follows it', async () => {
      const seen = await database.db.transaction().execute(async (trx) => {
        await add(trx, 'Ahead of a read')
        return trx.selectFrom('people').select('id').where('display_name', '=', 'Ahead of a read').execute()
      })
      expect(seen).toHaveLength(1)
      expect(await named('Ahead of a read')).toBe(1)
    })

    test('takes the transaction with it where it fails, and tells why', async () => {
      const { id } = await addPerson('There already')
      const failing = database.db.transaction().execute(async (trx) => {
        await add(trx, 'Lost with it')
        await add(trx, 'Twice the id', id)
        await trx.selectFrom('people').select('id').execute()
      })
      await expect(failing).rejects.toMatchObject({ code: '23505' })
      expect(await named('Lost with it')).toBe(0)
    })

    test('fails at the commit where nothing else is waited for', async () => {
      const { id } = await addPerson('There before')
      await expect(database.db.transaction().execute((trx) => add(trx, 'Twice at the end', id))).rejects.toMatchObject({ code: '23505' })
      expect(await named('Twice at the end')).toBe(0)
    })

    test('is not waited for to PostgreSQL', async () => {
      const { id } = await addPerson('There as well')
      let hasGoneOn = false
      const failing = database.db.transaction().execute(async (trx) => {
        await add(trx, 'Not waited for', id)
        hasGoneOn = true
      })
      await expect(failing).rejects.toMatchObject({ code: '23505' })
      expect(hasGoneOn).toBe(kind === 'postgresql')
    })

    test('outside of a transaction it is waited for', async () => {
      const { id } = await addPerson('There too')
      await expect(add(database.db, 'Twice without one', id)).rejects.toMatchObject({ code: '23505' })
    })

    test('leaves a connection behind that is good for the next', async () => {
      const { id } = await addPerson('Still there')
      for (let round = 0; round < 12; round += 1) {
        await database.db
          .transaction()
          .execute((trx) => add(trx, 'Again and again', id))
          .catch(() => undefined)
        expect(await named('Still there')).toBe(1)
      }
    })
  })

  test('a statement is planned once, but for those that are planned anew', async () => {
    const [once, anew] = [sql`select ${1}::int as planned_once`, sql`select ${1}::int as planned_anew`]
    const { rows } = await database.db.transaction().execute(async (trx) => {
      for (let round = 0; round < 2; round += 1) {
        await once.execute(trx)
        await askAnew(trx, anew)
      }
      return sql<{ statement: string }>`select statement from pg_prepared_statements where statement like 'select%as planned_%'`.execute(
        trx,
      )
    })
    expect(rows).toEqual([{ statement: 'select $1::int as planned_once' }])
  })

  test('a commit of what failed is no commit', async () => {
    const swallowed = database.db.transaction().execute((trx) => sql`select * from nowhere`.execute(trx).catch(() => undefined))
    await expect(swallowed).rejects.toMatchObject({ code: '42P01', stack: expect.stringContaining('database.contract.test.ts') })
  })

  if (kind === 'postgresql')
    test('a connection that breaks in a transaction is an outage, wherever it is noticed', async () => {
      const broken = database.db.transaction().execute(async (trx) => {
        const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
        await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(database.db)
        await until(() =>
          sql`select 1`.execute(trx).then(
            () => false,
            () => true,
          ),
        )
        await sql`select 1`.execute(trx)
      })
      expect(isAway(await broken.catch((error: unknown) => error))).toBe(true)
    })

  test('a table that is changed under a kept plan is read with the next try', async () => {
    await sql`create table changing (a int)`.execute(database.db)
    const read = () => sql`select * from changing where a is distinct from ${7}`.execute(database.db)
    for (let round = 0; round < 8; round += 1) await read()
    await sql`alter table changing add column b text`.execute(database.db)
    await until(() =>
      read()
        .then(({ rows }) => rows.length === 0)
        .catch(() => false),
    )
    for (let round = 0; round < 12; round += 1) await read()
    await sql`drop table changing`.execute(database.db)
  })
})

test('PostgreSQL that does not listen is an outage', () => {
  expect(isAway(Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }))).toBe(true)
  expect(isAway(new Error('Connection terminated unexpectedly'))).toBe(true)
  expect(isAway(Object.assign(new Error('terminating connection'), { code: '57P01' }))).toBe(true)
})
