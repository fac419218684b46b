import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { builtOnce } from '../../../server/database/built-once.ts'

type Person = { id: string; tenantId: string; name: string | null }

const insertingPerson = builtOnce((db, { id, tenantId, name }: Person) =>
  db
    .insertInto('people')
    .values({ id, tenant_id: tenantId, object_id: 'constant', display_name: sql<string>`coalesce(${name}, ${id})` })
    .returning('id'),
)

describe('a statement that is built once', () => {
  test('takes new values with every use and keeps its constants', () => {
    const first = insertingPerson({ id: 'a', tenantId: 't', name: 'Ann' })
    const second = insertingPerson({ id: 'b', tenantId: 'u', name: null })
    expect(first.sql).toBe(
      'insert into "people" ("id", "tenant_id", "object_id", "display_name") values ($1, $2, $3, coalesce($4, $5)) returning "id"',
    )
    expect(second.sql).toBe(first.sql)
    expect(first.parameters).toEqual(['a', 't', 'constant', 'Ann', 'a'])
    expect(second.parameters).toEqual(['b', 'u', 'constant', null, 'b'])
  })

  test('is built on its first use, and only then', () => {
    let built = 0
    const finding = builtOnce((db, { ids }: { ids: string[] }) => {
      built += 1
      return db
        .selectFrom('people')
        .select('id')
        .where(sql<boolean>`id = any(${ids}::uuid[])`)
        .limit(7)
    })
    expect(built).toBe(0)
    expect(finding({ ids: [] }).parameters).toEqual([[], 7])
    expect(finding({ ids: ['a', 'b'] }).parameters).toEqual([['a', 'b'], 7])
    expect(built).toBe(1)
  })

  test('may be one of sql alone', () => {
    const asking = builtOnce((_, { at }: { at: Date }) => sql<{ later: boolean }>`select ${at} > now() as later`)
    const at = new Date()
    expect(asking({ at }).parameters).toEqual([at])
  })

  test('cannot be given fewer values than it has, nor values that may be left out', () => {
    // @ts-expect-error a name is missing
    expect(insertingPerson({ id: 'a', tenantId: 't' }).parameters).toHaveLength(5)
    // @ts-expect-error what may be left out is no value
    builtOnce((db, { id }: { id?: string }) =>
      db
        .selectFrom('people')
        .select('id')
        .where('id', '=', id ?? ''),
    )
  })

  test('is refused where it would hold anything but its values', () => {
    const spread = builtOnce((db, link: { id: string; tenant_id: string; object_id: string }) =>
      db.insertInto('people').values({ ...link }),
    )
    expect(() => spread({ id: 'a', tenant_id: 't', object_id: 'o' })).toThrow('by their names')
    const inText = builtOnce((db, { name }: { name: string }) =>
      db.selectFrom('people').select('id').where('display_name', 'like', `${name}%`),
    )
    expect(() => inText({ name: 'A' })).toThrow('name does not go into the statement as it is')
  })
})
