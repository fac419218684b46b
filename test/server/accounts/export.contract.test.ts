// An export piece by piece, on both databases: all of it, little at once, one at a time, and never a part for the whole.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { exported } from '../../../contract/me.ts'
import { exportOf, openExport } from '../../../server/accounts/export.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'

describe.each(databases)('%s', (kind) => {
  let world: Peopled
  beforeAll(async () => {
    world = await openPeopled(kind)
  })
  afterEach(async () => {
    for (const table of ['runs', 'access_chains', 'boards', 'leases']) await run(sql`delete from ${sql.table(table)}`)
  })
  afterAll(() => world.close())

  const run = (statement: ReturnType<typeof sql>) => statement.execute(world.database.db)
  const pieces = () => exportOf(world.database.db, world.ann, async () => undefined)
  const all = async (from: AsyncIterable<string>) => {
    const read: string[] = []
    for await (const piece of from) read.push(piece)
    return read
  }
  const whole = async () => exported.parse(JSON.parse((await all(pieces())).join('')))

  async function anItem(columns: object = {}): Promise<string> {
    const [board, item] = [randomUUID(), randomUUID()]
    const { tenantId, personId } = world.ann
    await run(sql`insert into boards (id, tenant_id, person_id, name, visibility, groups, columns)
      values (${board}, ${tenantId}, ${personId}, 'x', 'private', '[]', '[]')`)
    await run(sql`insert into items (id, tenant_id, board_id, group_id, name, columns, created_by)
      values (${item}, ${tenantId}, ${board}, 'g', 'x', ${JSON.stringify(columns)}::jsonb, ${personId})`)
    return item
  }

  async function anUpdate(): Promise<string> {
    const id = randomUUID()
    await run(sql`insert into updates (id, tenant_id, item_id, body, body_text, created_by)
      values (${id}, ${world.ann.tenantId}, ${await anItem()}, 'é "quoted"', 'x', ${world.ann.personId})`)
    return id
  }

  async function aFile(update: string, parts: Buffer[], state = 'stored'): Promise<string> {
    const id = randomUUID()
    const size = parts.reduce((sum, { length }) => sum + length, 0)
    await run(sql`insert into files (id, tenant_id, update_id, name, content_type, size, state)
      values (${id}, ${world.ann.tenantId}, ${update}, 'x', 'text/plain', ${size}, ${state})`)
    for (const [ordinal, bytes] of parts.entries()) await run(sql`insert into file_chunks values (${id}, ${ordinal}, ${bytes})`)
    return id
  }

  test('every row comes once, however many there are of a table', async () => {
    const { tenantId, personId } = world.ann
    await run(sql`insert into runs (tenant_id, person_id, recipe_key, recipe_version, message_id, outcome, reason_code, started_at)
      select ${tenantId}, ${personId}, gen_random_uuid(), 1, 'm' || n, 'done', 'done', now() - make_interval(secs => n / 7)
      from generate_series(1, 1001) n`)
    await run(sql`insert into actions (run_id, tenant_id, ordinal, kind, outcome)
      select id, ${tenantId}, ordinal, 'create-item', 'done' from runs, generate_series(0, 1) ordinal`)
    const chain = randomUUID()
    await run(sql`insert into access_chains (id, connection_id, tenant_id, person_id, key_id, head, kept_head)
      values (${chain}, ${randomUUID()}, ${tenantId}, ${personId}, '', '', '')`)
    await run(sql`insert into access_log (chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, head)
      select ${chain}, seq, ${tenantId}, ${personId}, now() + make_interval(secs => seq / 5), 'read', '{}', 'recipes', '{}', '' from generate_series(1, 601) seq`)
    const { tables, truncated } = await whole()
    const distinct = (table: string, ...keys: string[]) =>
      new Set(tables[table]?.map((row) => keys.map((key) => String(row[key])).join('/'))).size
    expect([distinct('runs', 'id'), tables['runs']?.length]).toEqual([1001, 1001])
    expect([distinct('actions', 'run_id', 'ordinal'), tables['actions']?.length]).toEqual([2002, 2002])
    expect([distinct('access_log', 'seq'), tables['access_log']?.length]).toEqual([601, 601])
    const times = tables['access_log']?.map(({ at }) => Date.parse(String(at))) ?? []
    expect(times).toEqual(times.toSorted((one, other) => other - one))
    expect(truncated).toEqual({})
  })

  test('contents come whole, wherever their parts end; what is not stored has none', async () => {
    const update = await anUpdate()
    const parts = [1, 2, 3, 262_144, 262_145, 7].map((length) => randomBytes(length))
    const [large, empty, pending] = [await aFile(update, parts), await aFile(update, []), await aFile(update, [], 'pending')]
    const files = new Map((await whole()).tables['files']?.map((file) => [file['id'], file]))
    expect(Buffer.from(String(files.get(large)?.['content']), 'base64')).toEqual(Buffer.concat(parts))
    expect(files.get(empty)).toMatchObject({ content: '', size: 0 })
    expect(files.get(pending)).not.toHaveProperty('content')
  })

  test('no piece is large, also where rows and files are', async () => {
    const update = await anUpdate()
    await aFile(
      update,
      Array.from({ length: 20 }, () => randomBytes(262_144)),
    )
    for (let item = 0; item < 12; item += 1) await anItem({ text: 'x'.repeat(200_000) })
    const lengths = (await all(pieces())).map((piece) => piece.length)
    expect(Math.max(...lengths)).toBeLessThan(600_000)
    expect(lengths.reduce((sum, length) => sum + length)).toBeGreaterThan(9_000_000)
  })

  test('a second one of the same person waits its turn; another person has their own', async () => {
    const { db } = world.database
    const first = await openExport(db, world.ann)
    await expect(openExport(db, world.ann)).rejects.toMatchObject({ code: 'too-many-requests', extra: { retryAfterSeconds: 30 } })
    await (await openExport(db, world.ben)).close()
    await first.close()
    const second = await openExport(db, world.ann)
    // Its process died: when its time is over it is not waited for.
    await run(sql`update leases set until = now() - interval '1 second'`)
    const third = await openExport(db, world.ann)
    await second.close()
    await expect(openExport(db, world.ann)).rejects.toMatchObject({ code: 'too-many-requests' })
    await third.close()
  })

  test('one from which a file or its person goes meanwhile does not come to an end', async () => {
    const file = await aFile(await anUpdate(), [randomBytes(300_000), randomBytes(300_000)])
    const breaking = async (isNow: (piece: string) => boolean, happen: () => Promise<unknown>) => {
      for await (const piece of pieces()) if (isNow(piece)) await happen()
    }
    await expect(
      breaking(
        (piece) => piece.length > 300_000,
        () => run(sql`delete from files where id = ${file}`),
      ),
    ).rejects.toThrow('A file went')
    const eve = { ...world.ann, personId: randomUUID() }
    await expect(all(exportOf(world.database.db, eve, async () => undefined))).rejects.toThrow('was erased')
  })
})
