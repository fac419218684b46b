// An item has at most 256 KiB: the API refuses more, a recipe keeps what fits and says what did not.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { createBoard } from '../../../server/boards/board-store.ts'
import { createBuiltInItem } from '../../../server/boards/built-in/write.ts'
import { bytesOfItem, cellsThatFit, largestItem } from '../../../server/boards/item-size.ts'
import { changeItem, createItem, readItem } from '../../../server/boards/item-store.ts'
import type { Db } from '../../../server/database/schema.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'
import { costInWalks } from '../../support/processor-time.ts'

const ids = Array.from({ length: 50 }, (_, at) => `c${at}`)
const columns = ids.map((id) => ({ id, title: id, type: 'long_text' as const }))

test('what has no room is cut or left out, the largest first', () => {
  const cells = { small: 'kept', number: 5, large: 'é'.repeat(90_000), list: Array(100).fill('x'.repeat(255)), other: 'y'.repeat(100_000) }
  const types = { small: 'text', number: 'numbers', large: 'long_text', list: 'people', other: 'long_text' } as const
  const board = Object.entries(types).map(([id, type]) => ({ id, title: id, type }))
  const { cells: kept, cut, leftOut } = cellsThatFit(board, 'name', cells)
  expect(kept).toMatchObject({ small: 'kept', number: 5, other: cells.other })
  expect([cut, leftOut]).toEqual([['columns.large'], []])
  expect(bytesOfItem('name', kept)).toBeLessThanOrEqual(largestItem)
  expect(bytesOfItem('name', kept)).toBeGreaterThan(largestItem - 10)
  const lists = Object.fromEntries(ids.map((id) => [id, cells.list]))
  const people = ids.map((id) => ({ id, title: id, type: 'people' as const }))
  const fitted = cellsThatFit(people, '', lists)
  expect(fitted.leftOut.length + Object.keys(fitted.cells).length).toBe(50)
  expect(bytesOfItem('', fitted.cells)).toBeLessThanOrEqual(largestItem)
})

test('two hundred items with fifty columns of a hundred labels cost no more to show than a walk over some megabytes', async () => {
  const { cellsShown } = await import('../../../server/boards/cells.ts')
  const labels = Array.from({ length: 100 }, (_, label) => `${label}`.padEnd(100, 'é'))
  const board = ids.map((id) => ({ id, title: id, type: 'status' as const, labels }))
  const stored = Object.fromEntries(ids.map((id, at) => [id, labels[99 - (at % 5)]]))
  const cost = await costInWalks(1, () => {
    for (let item = 0; item < 200; item += 1) cellsShown(board, stored)
  })
  expect(cost).toBeLessThan(3)
})

describe.each(databases)('%s', (kind) => {
  let world: Peopled
  let board: string
  beforeAll(async () => {
    world = await openPeopled(kind)
    board = (await as((trx) => createBoard(trx, world.ann, { name: 'Large', columns }))).id
  })
  afterAll(() => world.close())

  const as = <Result>(work: (trx: Db) => Promise<Result>) => asPerson(world.database.db, world.ann, work)
  const shown = () => ({ actor: world.ann, publicUrl: 'https://mail.example' })
  const create = async (values: Record<string, unknown>) =>
    (await as((trx) => createItem(trx, shown(), board, { name: 'x', columns: values }))).item
  const change = (id: string, values: Record<string, unknown>) =>
    as((trx) => changeItem(trx, shown(), { id, change: { columns: values }, version: undefined }))
  const refusal = { code: 'invalid-item', extra: { errors: [{ pointer: '/columns', code: 'too-large' }] } }

  test('an item of 256 KiB is taken to the byte, one byte more is not', async () => {
    const room = (extra: number) => {
      const rest = largestItem - bytesOfItem('x', { c0: 'y'.repeat(100_000), c1: 'y'.repeat(100_000), c2: '' })
      return { c0: 'y'.repeat(100_000), c1: 'y'.repeat(100_000), c2: 'é'.repeat(Math.floor(rest / 2)) + 'z'.repeat((rest % 2) + extra) }
    }
    const { columns: kept } = await create(room(0))
    expect(bytesOfItem('x', kept)).toBe(largestItem)
    await expect(create(room(1))).rejects.toMatchObject(refusal)
  })

  test('an item does not grow over the limit by changes, not even by two at once', async () => {
    const { id } = await create({ c0: 'x'.repeat(100_000) })
    await change(id, { c1: 'x'.repeat(100_000) })
    await expect(change(id, { c2: 'x'.repeat(100_000) })).rejects.toMatchObject(refusal)
    const ends = await Promise.allSettled([change(id, { c3: 'x'.repeat(50_000) }), change(id, { c4: 'x'.repeat(50_000) })])
    expect(ends.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
    await change(id, { c0: null })
    expect((await change(id, { c2: 'x'.repeat(50_000) })).item.columns['c2']).toHaveLength(50_000)
  })

  test('an item that was stored larger is read whole, made smaller and not larger', async () => {
    const id = randomUUID()
    const large = JSON.stringify(Object.fromEntries(ids.map((column) => [column, 'x'.repeat(100_000)])))
    await sql`insert into items (id, tenant_id, board_id, group_id, name, columns, created_by)
      values (${id}, ${world.ann.tenantId}, ${board}, 'items', 'x', ${large}::jsonb, ${world.ann.personId})`.execute(world.database.db)
    const { item } = await as((trx) => readItem(trx, shown(), id))
    expect(Object.keys(item.columns)).toHaveLength(50)
    expect((await change(id, { c0: 'short' })).item.columns['c0']).toBe('short')
    await expect(change(id, { c0: 'longer' })).rejects.toMatchObject(refusal)
  })

  test('a recipe that maps more keeps what fits, and the run says what did not', async () => {
    const origin = { messageId: 'm', conversationId: null, internetMessageId: null, recipeId: null, runId: randomUUID() }
    const texts = Object.fromEntries(ids.map((id) => [id, '本'.repeat(2000)]))
    const written = await as((trx) =>
      createBuiltInItem(trx, world.ann, {
        boardId: board,
        name: 'x',
        columns: texts,
        files: [],
        origin: { ...origin, messageId: 'large' },
      }),
    )
    if ('refused' in written) throw new Error(written.refused)
    const { item } = await as((trx) => readItem(trx, shown(), written.itemId))
    expect(bytesOfItem(item.name, item.columns)).toBeLessThanOrEqual(largestItem)
    const whole = Object.values(item.columns).filter((value) => typeof value === 'string' && value.length === 2000).length
    expect(whole + written.cut.length + written.leftOut.length).toBe(50)
    expect(written.cut).toEqual([expect.stringMatching(/^columns\.c\d+$/)])
  })
})
