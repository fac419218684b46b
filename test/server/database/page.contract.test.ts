// Pages end at a number of entries or of bytes, on both databases: nothing is skipped, nothing comes twice.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { sql } from 'kysely'
import type { Page } from '../../../contract/page.ts'
import { listBoards } from '../../../server/boards/board-store.ts'
import { listItems } from '../../../server/boards/item-store.ts'
import { listUpdates } from '../../../server/boards/update-store.ts'
import type { PageAsked } from '../../../server/database/page.ts'
import type { Db } from '../../../server/database/schema.ts'
import { listAccess } from '../../../server/access-log/access-log-store.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { listRecipes } from '../../../server/recipe-book/recipe-store.ts'
import { listRuns } from '../../../server/runs/run-list.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'

const largestPage = 4 * 1024 * 1024

type Listed = Page<{ id: string }>

describe.each(databases)('%s', (kind) => {
  let world: Peopled
  let board: string
  beforeAll(async () => {
    world = await openPeopled(kind)
    board = await newBoard()
  })
  afterAll(() => world.close())

  const inDatabase = (statement: ReturnType<typeof sql>) => statement.execute(world.database.db)
  const own = () => [world.ann.tenantId, world.ann.personId] as const

  async function newBoard(columns: unknown[] = [{ id: 'text', title: 'Text', type: 'long_text' }]): Promise<string> {
    const id = randomUUID()
    const [tenant, person] = own()
    await inDatabase(sql`insert into boards (id, tenant_id, person_id, name, visibility, groups, columns)
      values (${id}, ${tenant}, ${person}, 'Large', 'private', '[{"id":"g","title":"G"}]', ${JSON.stringify(columns)})`)
    return id
  }

  /** Oldest first, one for each size. */
  async function newItems(on: string, sizes: readonly number[]): Promise<void> {
    const [tenant, person] = own()
    await inDatabase(sql`insert into items (tenant_id, board_id, group_id, name, columns, created_by, created_at)
      select ${tenant}, ${on}, 'g', place::text, jsonb_build_object('text', repeat('x', size)), ${person}, now() + make_interval(secs => place)
      from unnest(${sizes}::int[]) with ordinality as given (size, place)`)
  }

  async function walk(list: (trx: Db, asked: PageAsked) => Promise<Listed>, limit = 200): Promise<{ pages: Listed[]; ids: string[] }> {
    const pages: Listed[] = []
    for (let cursor: string | undefined; ;) {
      const asked = { limit, ...(cursor === undefined ? {} : { cursor }) }
      const page = await asPerson(world.database.db, world.ann, (trx) => list(trx, asked))
      pages.push(page)
      if (page.next === null) return { pages, ids: pages.flatMap(({ items }) => items.map(({ id }) => id)) }
      cursor = page.next
    }
  }

  const itemsOn = (id: string) => (trx: Db, asked: PageAsked) =>
    listItems(trx, { actor: world.ann, publicUrl: 'https://mail.example' }, id, asked)
  const bytesOf = (page: Listed) => Buffer.byteLength(JSON.stringify(page))

  test('items that were stored larger than items may be stay readable, each on a page of its own', async () => {
    await newItems(board, [5_000_000, 10, 5_000_000, 5_000_000])
    const { pages } = await walk(itemsOn(board))
    expect(pages.map(({ items }) => items.length)).toEqual([1, 1, 1, 1])
  })

  test('two hundred large items come on pages of at most 4 MiB, newest first, each once', async () => {
    const on = await newBoard()
    await newItems(on, Array(60).fill(250_000))
    const { pages, ids } = await walk(itemsOn(on))
    expect([ids.length, new Set(ids).size]).toEqual([60, 60])
    const names = pages.flatMap(({ items }) => items.map((item) => Number((item as unknown as { name: string }).name)))
    expect(names).toEqual(Array.from({ length: 60 }, (_, index) => 60 - index))
    for (const page of pages) expect(bytesOf(page)).toBeLessThanOrEqual(largestPage)
    expect(pages[0]?.items.length).toBeGreaterThanOrEqual(14)
  })

  test('what becomes longer as JSON is measured as JSON', async () => {
    const on = await newBoard()
    const [tenant, person] = own()
    await inDatabase(sql`insert into items (tenant_id, board_id, group_id, name, columns, created_by)
      select ${tenant}, ${on}, 'g', 'x', jsonb_build_object('text', repeat(chr(1), 90000)), ${person} from generate_series(1, 20)`)
    const { pages, ids } = await walk(itemsOn(on))
    expect(ids).toHaveLength(20)
    for (const page of pages) expect(bytesOf(page)).toBeLessThanOrEqual(largestPage)
  })

  test('whatever the sizes and the limit, a walk finds every item once and in order', async () => {
    const sizes = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000_000 }), fc.constant(4_100_000)), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(sizes, fc.integer({ min: 1, max: 5 }), async (wanted, limit) => {
        const on = await newBoard()
        await newItems(on, wanted)
        const { pages, ids } = await walk(itemsOn(on), limit)
        expect(new Set(ids).size).toBe(wanted.length)
        const names = pages.flatMap(({ items }) => items.map((item) => Number((item as unknown as { name: string }).name)))
        expect(names).toEqual(wanted.map((_, index) => wanted.length - index))
        for (const page of pages) {
          expect(page.items.length).toBeLessThanOrEqual(limit)
          if (page.items.length > 1) expect(bytesOf(page)).toBeLessThanOrEqual(largestPage)
        }
      }),
      { numRuns: 10 },
    )
  })

  test('updates, boards, recipes, runs and the access log come on such pages as well', async () => {
    const [tenant, person] = own()
    const on = await newBoard()
    await newItems(on, [1])
    const item = (await walk(itemsOn(on))).ids[0] ?? ''
    await inDatabase(sql`insert into updates (tenant_id, item_id, body, body_text, created_by)
      select ${tenant}, ${item}, repeat('"', 400000), repeat('x', 100000), ${person} from generate_series(1, 12)`)
    const columns = JSON.stringify(
      Array.from({ length: 50 }, (_, at) => ({
        id: `c${at}`,
        title: 'x',
        type: 'status',
        labels: Array.from({ length: 100 }, (_, label) => `${label}`.padEnd(100, 'é')),
      })),
    )
    await inDatabase(sql`insert into boards (tenant_id, person_id, name, visibility, groups, columns)
      select ${tenant}, ${person}, 'Labels', 'tenant', '[]', ${columns}::jsonb from generate_series(1, 20)`)
    const recipe = JSON.stringify({
      name: 'Large',
      enabled: false,
      trigger: { kind: 'mail-received' },
      conditions: { all: [{ field: 'subject', operator: 'contains', values: ['x'] }] },
      actions: [{ kind: 'create-item', board: { target: 'built-in', id: on }, name: 'x'.repeat(500), columns: {}, attachments: 'none' }],
    })
    await inDatabase(sql`insert into recipes (tenant_id, person_id, name, enabled, trigger_kind, body)
      select ${tenant}, ${person}, 'Large', false, 'mail-received', ${recipe}::jsonb from generate_series(1, 150)`)
    const runs = sql`insert into runs (tenant_id, person_id, recipe_key, recipe_version, message_id, outcome, reason_code, reason_params)
      select ${tenant}, ${person}, gen_random_uuid(), 1, 'm' || n, 'done', 'done', jsonb_build_object('cut', repeat('x', 100000)) from generate_series(1, 80) n`
    await inDatabase(runs)
    const chain = randomUUID()
    await inDatabase(sql`insert into access_chains (id, connection_id, tenant_id, person_id, key_id, head, kept_head)
      values (${chain}, ${randomUUID()}, ${tenant}, ${person}, '', '', '')`)
    await inDatabase(sql`insert into access_log (chain_id, seq, tenant_id, person_id, at, what, fields, purpose, recipe_ids, head)
      select ${chain}, seq, ${tenant}, ${person}, now(), 'read', '{}', 'recipes', array_fill(gen_random_uuid(), array[2000]), ''
      from generate_series(1, 150) seq`)

    const lists: [name: string, count: number, fewestPages: number, list: (trx: Db, asked: PageAsked) => Promise<Listed>][] = [
      ['updates', 12, 3, (trx, asked) => listUpdates(trx, item, asked)],
      ['boards', 20, 4, (trx, asked) => listBoards(trx, world.ann, asked)],
      ['recipes', 150, 1, (trx, asked) => listRecipes(trx, world.ann, asked)],
      ['runs', 80, 2, (trx, asked) => listRuns(trx, world.ann, asked)],
      ['access log', 150, 3, (trx, asked) => listAccess(trx, world.ann.personId, asked)],
    ]
    for (const [name, count, fewestPages, list] of lists) {
      const { pages, ids } = await walk(list)
      expect([name, new Set(ids).size >= count, new Set(ids).size === ids.length]).toEqual([name, true, true])
      expect([name, pages.length >= fewestPages]).toEqual([name, true])
      for (const page of pages) expect([name, bytesOf(page) <= largestPage]).toEqual([name, true])
    }
  })
})
