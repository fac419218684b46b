import { expect, test } from '@jest/globals'
import { undoAll } from '../../../addin/connections/undo-all.ts'

const parts = [
  { undone: 20, kept: 0, next: 'second' },
  { undone: 18, kept: 2, next: 'third' },
  { undone: 3, kept: 0, next: null },
]

test('every part is asked for once, and each is told', async () => {
  const asked: (string | null)[] = []
  const told: unknown[] = []
  const undoSome = async (cursor: string | null) => {
    asked.push(cursor)
    return parts[asked.length - 1] ?? { undone: 0, kept: 0, next: null }
  }
  expect(await undoAll(undoSome, (sofar) => told.push(sofar))).toEqual({ undone: 41, kept: 2 })
  expect(asked).toEqual([null, 'second', 'third'])
  expect(told).toEqual([
    { undone: 20, kept: 0 },
    { undone: 38, kept: 2 },
    { undone: 41, kept: 2 },
  ])
})

test('a part that fails ends it', async () => {
  const undoSome = async (cursor: string | null) => {
    if (cursor !== null) throw new Error('away')
    return { undone: 1, kept: 0, next: 'second' }
  }
  await expect(undoAll(undoSome, () => {})).rejects.toThrow('away')
})
