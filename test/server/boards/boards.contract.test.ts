// Boards, items and updates on both databases.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { changeBoard, createBoard, deleteBoard, findBoard, listBoards } from '../../../server/boards/board-store.ts'
import type { BoardActor } from '../../../server/boards/board.ts'
import { changeItem, createItem, deleteItem, listItems, readItem } from '../../../server/boards/item-store.ts'
import type { Db } from '../../../server/database/schema.ts'
import type { Person } from '../../../server/people/person.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'

describe.each(databases)('%s', (kind) => {
  let world: Peopled
  beforeAll(async () => {
    world = await openPeopled(kind)
  })
  afterAll(() => world.close())

  const as = <Result>(person: Person, work: (trx: Db) => Promise<Result>) => asPerson(world.database.db, person, work)
  const aBoard = (person: Person, overrides = {}) => as(person, (trx) => createBoard(trx, person, { name: 'Invoices', ...overrides }))
  const actor = (person: Person, administers = false): BoardActor => ({ tenantId: person.tenantId, personId: person.personId, administers })
  const shown = (person: Person) => ({ actor: person, publicUrl: 'https://mail.example' })

  test('a new board has a group, no columns, and is private', async () => {
    expect(await aBoard(world.ann)).toMatchObject({
      target: 'built-in',
      visibility: 'private',
      owner: { id: world.ann.personId, displayName: 'Ann' },
      groups: [{ id: 'items', title: 'Items' }],
      columns: [],
      version: 1,
    })
  })

  test('ids are made from titles, each once', async () => {
    const { groups, columns } = await aBoard(world.ann, {
      groups: [{ title: 'Été 2026!' }, { title: 'ete 2026' }, { title: '日本' }],
      columns: [
        { title: 'Amount', type: 'numbers' },
        { id: 'amount', title: 'Total', type: 'numbers' },
        { title: 'State', type: 'status', labels: ['New', 'Paid'] },
      ],
    })
    expect(groups.map(({ id }) => id)).toEqual(['ete_2026', 'ete_2026_2', 'part'])
    expect(columns.map(({ id }) => id)).toEqual(['amount_2', 'amount', 'state'])
    expect(columns[2]?.labels).toEqual(['New', 'Paid'])
  })

  test.each([
    [
      {
        columns: [
          { id: 'a', title: 'A', type: 'text' },
          { id: 'a', title: 'B', type: 'text' },
        ],
      },
      '/columns/1/id',
    ],
    [{ columns: [{ title: 'A', type: 'text', labels: ['x'] }] }, '/columns/0/labels'],
    [
      {
        groups: [
          { id: 'g', title: 'A' },
          { id: 'g', title: 'B' },
        ],
      },
      '/groups/1/id',
    ],
  ])('a board that contradicts itself is refused', async (overrides, pointer) => {
    await expect(aBoard(world.ann, overrides)).rejects.toMatchObject({ code: 'invalid-board', extra: { errors: [{ pointer }] } })
  })

  test('a private board is seen by its owner alone; a shared one by the tenant, and changed by its owner and administrators', async () => {
    const { id } = await aBoard(world.ann)
    const sees = (person: Person) => as(person, (trx) => findBoard(trx, person, id))
    expect([await sees(world.ann), await sees(world.ben), await sees(world.eve)].map(Boolean)).toEqual([true, false, false])
    const change = (person: BoardActor, change: object) =>
      asPerson(world.database.db, person, (trx) => changeBoard(trx, person, { id, change, version: undefined }))
    await expect(change(actor(world.ben), { name: 'B' })).rejects.toMatchObject({ code: 'board-not-found' })
    // An administrator may share it, and sees it no sooner than that.
    expect(await change(actor(world.ben, true), { visibility: 'tenant' })).toMatchObject({ visibility: 'tenant', version: 2 })
    await change(actor(world.ben, true), { visibility: 'private' })
    expect(await sees(world.ben)).toBeUndefined()
    await change(actor(world.ann), { visibility: 'tenant' })
    expect([await sees(world.ann), await sees(world.ben), await sees(world.eve)].map(Boolean)).toEqual([true, true, false])
    await expect(change(actor(world.ben), { name: 'B' })).rejects.toMatchObject({ code: 'forbidden' })
    expect(await change(actor(world.ben, true), { name: 'B' })).toMatchObject({ name: 'B', version: 5 })
    await expect(change(actor(world.eve, true), { name: 'C' })).rejects.toMatchObject({ code: 'board-not-found' })
    await expect(as(world.ben, (trx) => deleteBoard(trx, actor(world.ben), id, undefined))).rejects.toMatchObject({ code: 'forbidden' })
  })

  test('a stale version changes nothing', async () => {
    const { id } = await aBoard(world.ann)
    const change = (name: string, version: number) =>
      as(world.ann, (trx) => changeBoard(trx, actor(world.ann), { id, change: { name }, version }))
    await change('Second', 1)
    await expect(change('Late', 1)).rejects.toMatchObject({ code: 'version-conflict' })
    expect(await as(world.ann, (trx) => findBoard(trx, world.ann, id))).toMatchObject({ name: 'Second', version: 2 })
  })

  test('a group with items stays, a column keeps its type', async () => {
    const { id } = await aBoard(world.ann, { columns: [{ id: 'a', title: 'A', type: 'text' }] })
    await as(world.ann, (trx) => createItem(trx, shown(world.ann), id, { name: 'x' }))
    const change = (change: object) => as(world.ann, (trx) => changeBoard(trx, actor(world.ann), { id, change, version: undefined }))
    await expect(change({ groups: [{ id: 'new', title: 'New' }] })).rejects.toMatchObject({ code: 'invalid-board' })
    await expect(change({ columns: [{ id: 'a', title: 'A', type: 'date' }] })).rejects.toMatchObject({ code: 'invalid-board' })
    expect(
      await change({
        groups: [
          { id: 'new', title: 'New' },
          { id: 'items', title: 'Items' },
        ],
      }),
    ).toMatchObject({ version: 2 })
  })

  test('pages follow each other without a gap or a repetition, whatever comes meanwhile', async () => {
    const { id } = await aBoard(world.ben)
    const add = (name: string) => as(world.ben, (trx) => createItem(trx, shown(world.ben), id, { name }))
    for (let count = 0; count < 7; count += 1) await add(`item ${count}`)
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await as(world.ben, (trx) => listItems(trx, shown(world.ben), id, { cursor, limit: 3 }))
      names.push(...page.items.map(({ name }) => name))
      cursor = page.next ?? undefined
      await add('newer')
    } while (cursor !== undefined)
    expect(new Set(names).size).toBe(7)
    expect(names).toHaveLength(7)
    await expect(listBoards(world.database.db, world.ben, { cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({ code: 'invalid-request' })
  })

  test('the values of an item are those of its columns', async () => {
    const { id } = await aBoard(world.ann, {
      columns: [
        { id: 'amount', title: 'Amount', type: 'numbers' },
        { id: 'due', title: 'Due', type: 'date' },
        { id: 'state', title: 'State', type: 'status', labels: ['New'] },
      ],
    })
    const create = (columns: Record<string, unknown>, groupId?: string) =>
      as(world.ann, (trx) => createItem(trx, shown(world.ann), id, { name: 'x', columns, ...(groupId ? { groupId } : {}) }))
    const { item } = await create({ amount: 12.5, due: '2026-01-31' })
    expect(item).toMatchObject({ columns: { amount: 12.5, due: '2026-01-31' }, groupId: 'items', source: null })
    expect(item.url).toBe(`https://mail.example/taskpane.html?item=${item.id}`)
    await expect(create({ amount: 'many', due: '2026-02-31', state: 'Old', nope: 1 }, 'gone')).rejects.toMatchObject({
      code: 'invalid-item',
      extra: {
        errors: ['/groupId', '/columns/amount', '/columns/due', '/columns/state', '/columns/nope'].map((pointer) =>
          expect.objectContaining({ pointer }),
        ),
      },
    })
    const change = (columns: Record<string, unknown>, version?: number) =>
      as(world.ann, (trx) => changeItem(trx, shown(world.ann), { id: item.id, change: { columns }, version }))
    expect((await change({ due: null, state: 'new' })).item).toMatchObject({ columns: { amount: 12.5, state: 'New' }, version: 2 })
    await expect(change({}, 1)).rejects.toMatchObject({ code: 'version-conflict' })
  })

  test('an item on a board of somebody else is not there', async () => {
    const { id } = await aBoard(world.ann)
    const { item } = await as(world.ann, (trx) => createItem(trx, shown(world.ann), id, { name: 'x' }))
    for (const person of [world.ben, world.eve]) {
      await expect(as(person, (trx) => readItem(trx, shown(person), item.id))).rejects.toMatchObject({ code: 'item-not-found' })
      await expect(as(person, (trx) => deleteItem(trx, shown(person), item.id, undefined))).rejects.toMatchObject({
        code: 'item-not-found',
      })
      await expect(as(person, (trx) => createItem(trx, shown(person), id, { name: 'y' }))).rejects.toMatchObject({
        code: 'board-not-found',
      })
    }
    await as(world.ann, (trx) => deleteItem(trx, shown(world.ann), item.id, 1))
    await expect(as(world.ann, (trx) => readItem(trx, shown(world.ann), item.id))).rejects.toMatchObject({ code: 'item-not-found' })
  })
})
