import { expect, test } from '@jest/globals'
import { rememberedRecipe, rememberRecipe } from '../../../server/recipe-book/recipe-memory.ts'

const body = (name: string, length: number) =>
  JSON.stringify({
    name,
    enabled: true,
    trigger: { kind: 'mail-received' },
    conditions: { all: [] },
    actions: [{ kind: 'create-item', board: { target: 'built-in', id: 'board' }, name: 'x' }],
  }).padEnd(length)

test('a recipe that several emails bring at once is kept and counted once', () => {
  const small = rememberRecipe('small', 1, body('small', 1_000))
  const first = rememberRecipe('large', 1, body('large', 1_000_000))
  for (let times = 0; times < 10; times += 1) expect(rememberRecipe('large', 1, body('large', 1_000_000))).toBe(first)
  expect(rememberedRecipe('small', 1)).toBe(small)
})

test('what was used last is forgotten last', () => {
  for (const id of ['a', 'b', 'c']) rememberRecipe(id, 1, body(id, 1_300_000))
  rememberedRecipe('a', 1)
  rememberRecipe('d', 1, body('d', 1_300_000))
  expect(['a', 'b', 'c', 'd'].map((id) => rememberedRecipe(id, 1)?.name)).toEqual(['a', undefined, 'c', 'd'])
})
