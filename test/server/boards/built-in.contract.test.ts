// What recipes write to built-in boards, on both databases.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { AttachmentSummary } from '../../../recipes/message.ts'
import { safeBody } from '../../../server/html/safe-html.ts'
import { changeBoard, createBoard, deleteBoard } from '../../../server/boards/board-store.ts'
import type { NewItemOnBoard, Origin, Written } from '../../../server/boards/board-target.ts'
import { takeBackItem, takeBackUpdate } from '../../../server/boards/built-in/take-back.ts'
import { addBuiltInUpdate, createBuiltInItem, findItemByColumn } from '../../../server/boards/built-in/write.ts'
import { findItemByConversation } from '../../../server/boards/link-store.ts'
import { createTicket, pendingFiles, redeemTicket, storeFile } from '../../../server/boards/file-store.ts'
import { changeItem, readItem } from '../../../server/boards/item-store.ts'
import { insertUpdate, listUpdates } from '../../../server/boards/update-store.ts'
import type { Db } from '../../../server/database/schema.ts'
import type { Person } from '../../../server/people/person.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'

const aFile = (overrides: Partial<AttachmentSummary> = {}): AttachmentSummary => ({
  id: 'AAMk-attachment',
  name: 'invoice.pdf',
  contentType: 'application/pdf',
  size: 600_000,
  kind: 'file',
  isInline: false,
  ...overrides,
})

describe.each(databases)('%s', (kind) => {
  let world: Peopled
  beforeAll(async () => {
    world = await openPeopled(kind)
  })
  afterAll(() => world.close())

  const as = <Result>(person: Person, work: (trx: Db) => Promise<Result>) => asPerson(world.database.db, person, work)
  const columns = [
    { id: 'amount', title: 'Amount', type: 'numbers' as const },
    { id: 'number', title: 'Number', type: 'text' as const },
  ]
  const aBoard = (person = world.ann) => as(person, (trx) => createBoard(trx, person, { name: 'Invoices', columns }))
  const origin = (overrides: Partial<Origin> = {}): Origin => ({
    messageId: crypto.randomUUID(),
    conversationId: 'conversation',
    internetMessageId: '<1@mail.example>',
    recipeId: null,
    runId: crypto.randomUUID(),
    ...overrides,
  })
  const write = (boardId: string, overrides: Partial<NewItemOnBoard> = {}, person = world.ann) =>
    as(person, (trx) =>
      createBuiltInItem(trx, person, { boardId, name: 'Invoice 1', columns: {}, files: [], origin: origin(), ...overrides }),
    )
  const written = (result: Awaited<ReturnType<typeof write>>): Written => {
    if ('refused' in result) throw new Error(`refused: ${result.refused}`)
    return result
  }

  test('an item with values, an update and the mail it came from', async () => {
    const board = await aBoard()
    const from = origin()
    const made = written(
      await write(board.id, {
        columns: { amount: '1 234,50 €', number: '7' },
        update: safeBody('<p>Hi<script>x</script></p>'),
        origin: from,
      }),
    )
    const { item } = await as(world.ann, (trx) => readItem(trx, { actor: world.ann, publicUrl: 'https://m.example' }, made.itemId))
    expect(item).toMatchObject({
      name: 'Invoice 1',
      columns: { amount: 1234.5, number: '7' },
      source: { messageId: from.messageId, runId: from.runId },
    })
    const updates = await as(world.ann, (trx) => listUpdates(trx, made.itemId, {}))
    expect(updates.items).toMatchObject([{ body: '<p>Hi</p>', text: 'Hi', author: { displayName: 'Ann' }, files: [] }])
    expect(await as(world.ann, (trx) => findItemByConversation(trx, world.ann, board.id, 'conversation'))).toBe(made.itemId)
    expect(await as(world.ben, (trx) => findItemByConversation(trx, world.ben, board.id, 'conversation'))).toBeUndefined()
  })

  test('a text that a column does not take leaves it empty and says so', async () => {
    const board = await aBoard()
    const made = written(await write(board.id, { columns: { amount: 'a lot', number: 'x' } }))
    expect(made.leftOut).toEqual([{ part: 'columns.amount', title: 'Amount', code: 'no-number' }])
  })

  test('what is gone, or not the owner’s, is told apart', async () => {
    const board = await aBoard()
    const others = await aBoard(world.ben)
    const foreign = await aBoard(world.eve)
    expect(await write(others.id)).toMatchObject({ refused: 'board-not-yours' })
    expect(await write(foreign.id)).toMatchObject({ refused: 'board-gone' })
    expect(await write('no-id')).toMatchObject({ refused: 'board-gone' })
    expect(await write(board.id, { group: 'gone' })).toMatchObject({ refused: 'group-gone' })
    expect(await write(board.id, { columns: { gone: 'x' } })).toMatchObject({ refused: 'column-gone', params: { column: 'gone' } })
    await as(world.ann, (trx) => deleteBoard(trx, { ...world.ann, administers: false }, board.id, undefined))
    expect(await write(board.id)).toMatchObject({ refused: 'board-gone' })
  })

  test('an update goes to the item of the conversation, or to the one whose column says so', async () => {
    const board = await aBoard()
    const made = written(await write(board.id, { columns: { amount: '10', number: 'A-7' } }))
    const added = await as(world.ann, (trx) =>
      addBuiltInUpdate(trx, world.ann, { itemId: made.itemId, body: safeBody('<p>more</p>'), files: [], origin: origin() }),
    )
    expect(added).toMatchObject({ itemId: made.itemId, madeItem: false })
    const find = (column: string, value: string) =>
      as(world.ann, (trx) => findItemByColumn(trx, world.ann, { boardId: board.id, column, value }))
    expect(await find('number', 'A-7')).toEqual({ itemId: made.itemId })
    expect(await find('amount', '10.00')).toEqual({ itemId: made.itemId })
    expect(await find('number', 'A-8')).toEqual({ itemId: undefined })
    expect(await find('number', '')).toEqual({ itemId: undefined })
    expect(await find('gone', 'x')).toMatchObject({ refused: 'column-gone' })
  })

  test('files: taken within the limits, seen when whole, given out once', async () => {
    const board = await aBoard()
    const from = origin()
    const made = written(
      await write(board.id, {
        files: [
          aFile(),
          aFile({ name: '../../etc/passwd' }),
          aFile({ name: 'film.mp4', size: 26 * 1024 * 1024 }),
          aFile({ kind: 'reference', name: 'link' }),
        ],
        origin: from,
      }),
    )
    expect(made).toMatchObject({ pendingFiles: 2, cut: ['files.film.mp4', 'files.link'] })
    const shown = async () => (await as(world.ann, (trx) => listUpdates(trx, made.itemId, {}))).items[0]?.files
    expect(await shown()).toEqual([])
    const [first, second] = await as(world.ann, (trx) => pendingFiles(trx, from.runId))
    expect(new Set([first?.name, second?.name])).toEqual(new Set(['_.._etc_passwd', 'invoice.pdf']))

    const content = Buffer.alloc(600_000, 'abc')
    async function* breaks() {
      yield content.subarray(0, 300_000)
      throw new Error('cut off')
    }
    async function* whole() {
      for (let at = 0; at < content.length; at += 70_000) yield content.subarray(at, at + 70_000)
    }
    await expect(storeFile(world.database.db, world.ann, first?.id ?? '', breaks())).rejects.toThrow('cut off')
    expect(await shown()).toEqual([])
    expect(await storeFile(world.database.db, world.ann, first?.id ?? '', whole())).toEqual({ size: 600_000 })
    expect(await shown()).toEqual([{ id: first?.id, name: first?.name, size: 600_000 }])

    const ticket = (person: Person, id = first?.id ?? '') => as(person, (trx) => createTicket(trx, person, id))
    for (const person of [world.ben, world.eve]) await expect(ticket(person)).rejects.toMatchObject({ code: 'not-found' })
    await expect(ticket(world.ann, second?.id)).rejects.toMatchObject({ code: 'not-found' })
    const secret = await ticket(world.ann)
    const { parts, size } = await redeemTicket(world.database.db, secret)
    const read: Buffer[] = []
    for await (const part of parts) read.push(part)
    expect(Buffer.concat(read).equals(content)).toBe(true)
    expect(size).toBe(600_000)
    await expect(redeemTicket(world.database.db, secret)).rejects.toMatchObject({ code: 'not-found' })
  })

  test('undo takes back what nobody has touched', async () => {
    const board = await aBoard()
    const from = origin()
    const made = written(await write(board.id, { update: safeBody('x'), origin: from }))
    const item = { itemId: made.itemId, itemVersion: made.itemVersion, runId: from.runId }
    const shown = { actor: world.ann, publicUrl: '' }
    const body = { html: 'mine', text: 'mine' }
    await as(world.ann, (trx) =>
      insertUpdate(trx, { tenantId: world.ann.tenantId, itemId: made.itemId, body, createdBy: world.ann.personId, runId: null }),
    )
    expect(await as(world.ann, (trx) => takeBackItem(trx, item))).toBe(false)
    const untouched = written(await write(board.id, { origin: from }))
    expect(await as(world.ann, (trx) => takeBackItem(trx, { ...item, itemId: untouched.itemId }))).toBe(true)
    const changed = written(await write(board.id, { origin: from }))
    await as(world.ann, (trx) => changeItem(trx, shown, { id: changed.itemId, change: { name: 'y' }, version: undefined }))
    expect(await as(world.ann, (trx) => takeBackItem(trx, { ...item, itemId: changed.itemId }))).toBe(false)
    const update = { updateId: made.updateId ?? '', runId: from.runId }
    expect(await as(world.ann, (trx) => takeBackUpdate(trx, { ...update, runId: crypto.randomUUID() }))).toBe(false)
    expect(await as(world.ann, (trx) => takeBackUpdate(trx, update))).toBe(true)
  })

  test('a value of a column that is gone is not shown', async () => {
    const board = await aBoard()
    const made = written(await write(board.id, { columns: { amount: '3', number: 'x' } }))
    const change = { columns: [{ id: 'number', title: 'Number', type: 'text' as const }] }
    await as(world.ann, (trx) => changeBoard(trx, { ...world.ann, administers: false }, { id: board.id, change, version: undefined }))
    const { item } = await as(world.ann, (trx) => readItem(trx, { actor: world.ann, publicUrl: '' }, made.itemId))
    expect(item.columns).toEqual({ number: 'x' })
  })
})
