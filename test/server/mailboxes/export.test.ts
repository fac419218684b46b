import { expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { exportOf, mostNewest } from '../../../server/mailboxes/export.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { openPeopled } from '../../support/people.ts'

test('an export that would be too large says where the rest of the contents is', async () => {
  const { database, ann, close } = await openPeopled('pglite')
  try {
    const megabyte = Buffer.alloc(1024 * 1024, 'x')
    const [board, item, update] = [randomUUID(), randomUUID(), randomUUID()]
    const tenant = { tenant_id: ann.tenantId }
    await asPerson(database.db, ann, async (trx) => {
      const shape = { name: 'x', groups: '[]', columns: '[]', visibility: 'private' } as const
      await trx
        .insertInto('boards')
        .values({ id: board, ...tenant, person_id: ann.personId, ...shape })
        .execute()
      const onBoard = { board_id: board, group_id: 'g', name: 'x', columns: '{}', created_by: ann.personId }
      await trx
        .insertInto('items')
        .values({ id: item, ...tenant, ...onBoard })
        .execute()
      const said = { item_id: item, body: '', body_text: '', created_by: ann.personId }
      await trx
        .insertInto('updates')
        .values({ id: update, ...tenant, ...said })
        .execute()
      for (const [name, parts] of [
        ['large', 15],
        ['over', 2],
        ['small', 1],
      ] as const) {
        const id = randomUUID()
        const stored = { content_type: 'text/plain', size: parts * megabyte.length, state: 'stored' } as const
        await trx
          .insertInto('files')
          .values({ id, ...tenant, update_id: update, name, ...stored })
          .execute()
        for (let ordinal = 0; ordinal < parts; ordinal += 1)
          await trx.insertInto('file_chunks').values({ file_id: id, ordinal, bytes: megabyte }).execute()
      }
    })

    const { tables } = await asPerson(database.db, ann, (trx) => exportOf(trx, ann))

    const files = new Map(tables['files']?.map((file) => [file['name'], file]))
    expect(Buffer.from(String(files.get('large')?.['content']), 'base64').length).toBe(15 * megabyte.length)
    expect(files.get('over')).toMatchObject({ contentAt: `POST /api/files/${String(files.get('over')?.['id'])}/ticket` })
    expect(files.get('over')).not.toHaveProperty('content')
    expect(Buffer.from(String(files.get('small')?.['content']), 'base64')).toEqual(megabyte)
  } finally {
    await close()
  }
})

test('an export holds the newest of what grows with every mail, and says where the rest is', async () => {
  const { database, ann, close } = await openPeopled('pglite')
  try {
    const chain = randomUUID()
    await sql`insert into access_chains (id, connection_id, tenant_id, person_id, key_id, head, kept_head)
      values (${chain}, ${randomUUID()}, ${ann.tenantId}, ${ann.personId}, '', '', '')`.execute(database.db)
    const add = (from: number, to: number) =>
      sql`insert into access_log (chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, head)
        select ${chain}, seq, ${ann.tenantId}, ${ann.personId}, now() + make_interval(secs => seq), 'read', '{}', 'recipes', '{}', ''
        from generate_series(${from}::int, ${to}::int) seq`.execute(database.db)
    const exported = () => asPerson(database.db, ann, (trx) => exportOf(trx, ann))

    await add(1, mostNewest)
    const whole = await exported()
    expect(whole.tables['access_log']).toHaveLength(mostNewest)
    expect(whole.truncated).toEqual({})
    await add(mostNewest + 1, mostNewest + 1)
    const { tables, truncated } = await exported()
    expect(truncated).toEqual({ access_log: 'GET /api/access-log' })
    expect(tables['access_log']).toHaveLength(mostNewest)
    expect([tables['access_log']?.[0], tables['access_log']?.at(-1)]).toMatchObject([{ seq: mostNewest + 1 }, { seq: 2 }])
  } finally {
    await close()
  }
})
