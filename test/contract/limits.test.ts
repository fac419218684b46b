import { expect, test } from '@jest/globals'
import type { z } from 'zod'
import { newBoard } from '../../contract/board.ts'
import { newItem, newUpdate } from '../../contract/item.ts'
import { boardLimits, itemLimits, pageLimits, policyList, tryMessages } from '../../contract/limits.ts'
import { policy } from '../../contract/me.ts'
import { cursorQuery } from '../../contract/page.ts'
import { tryRecipe } from '../../contract/recipe.ts'

const list = <Entry>(length: number, entry: (index: number) => Entry): Entry[] => Array.from({ length }, (_, index) => entry(index))
const text = (length: number) => 'x'.repeat(length)
const column = (overrides: object) => ({ name: 'B', columns: [{ title: 'C', type: 'status', ...overrides }] })

const bounded: Record<string, [schema: z.ZodType, most: number, of: (size: number) => unknown]> = {
  'the groups of a board': [newBoard, boardLimits.groups, (size) => ({ name: 'B', groups: list(size, () => ({ title: 'G' })) })],
  'the columns of a board': [
    newBoard,
    boardLimits.columns,
    (size) => ({ name: 'B', columns: list(size, () => ({ title: 'C', type: 'text' })) }),
  ],
  'the labels of a column': [newBoard, boardLimits.labels, (size) => column({ labels: list(size, String) })],
  'a label': [newBoard, boardLimits.label, (size) => column({ labels: [text(size)] })],
  'the name of a board': [newBoard, boardLimits.title, (size) => ({ name: text(size) })],
  'the title of a column': [newBoard, boardLimits.title, (size) => column({ title: text(size) })],
  'the name of an item': [newItem, itemLimits.name, (size) => ({ name: text(size) })],
  'the columns of an item': [
    newItem,
    itemLimits.columns,
    (size) => ({ name: 'I', columns: Object.fromEntries(list(size, (index) => [`c${index}`, 1])) }),
  ],
  'the id of a column': [newItem, itemLimits.columnId, (size) => ({ name: 'I', columns: { [text(size)]: 1 } })],
  'an update': [newUpdate, itemLimits.update, (size) => ({ body: text(size) })],
  'the people in a policy': [policy, policyList, (size) => ({ createRecipes: list(size, () => crypto.randomUUID()) })],
  'the mails of a dry run': [tryRecipe, tryMessages, (size) => ({ recipe: {}, message: { latest: size } })],
  'the entries of a page': [cursorQuery, pageLimits.most, (size) => ({ limit: String(size) })],
  'a cursor': [cursorQuery, pageLimits.cursor, (size) => ({ cursor: text(size) })],
}

test('what is at a limit fits, and what is one over it does not', () => {
  for (const [name, [schema, most, of]] of Object.entries(bounded)) {
    expect([name, most, schema.safeParse(of(most)).success]).toEqual([name, most, true])
    expect([name, most + 1, schema.safeParse(of(most + 1)).success]).toEqual([name, most + 1, false])
  }
})
