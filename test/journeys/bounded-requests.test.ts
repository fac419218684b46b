// What a signed-in person may send is bounded before work is spent on it, and what they get back is bounded too.
import { describe, expect, test } from '@jest/globals'
import { bodyLimitsOf } from '../../contract/bodies.ts'
import { problemLimits } from '../../contract/limits.ts'
import { type OperationName, type Operation, operations } from '../../contract/operations.ts'
import { limits } from '../../recipes/limits.ts'
import { mostRecipes } from '../../server/recipe-book/recipe-store.ts'
import { type Api, problemFrom, type Reply, pathTo } from '../support/api-client.ts'
import { aBoard, aRecipe, createItemOn, recipeBody } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

const writing = Object.entries<Operation>(operations).filter(([, { body }]) => body !== undefined)
const codeOf = (reply: Reply) => [reply.status, problemFrom(reply).code]

/** A recipe whose stored JSON has exactly so many bytes. */
function recipeOf(board: { id: string }, bytes: number) {
  const columns = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`c${index}`, 'é'.repeat(1900)]))
  const filled = recipeBody(board, { name: '', actions: [createItemOn(board, { columns }), createItemOn(board, { update: '' })] })
  const missing = bytes - Buffer.byteLength(JSON.stringify(filled))
  filled.name = 'n'.repeat(missing % 200 || 200)
  const [, last] = filled.actions
  Object.assign(last ?? {}, { update: 'x'.repeat(missing - filled.name.length) })
  expect(Buffer.byteLength(JSON.stringify(filled))).toBe(bytes)
  return filled
}

const boardWithColumns = (api: Api) =>
  aBoard(api, { columns: Array.from({ length: 17 }, (_, index) => ({ id: `c${index}`, title: `C${index}`, type: 'long_text' })) })

describe.each(databases)('on %s', (database) => {
  test('a body larger than its operation takes is refused before it is read as JSON', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    for (const [name, { method, path }] of writing) {
      const { bytes } = bodyLimitsOf(name as OperationName)
      const broken = '{'.padEnd(bytes, ' ')
      expect([name, ...codeOf(await api.request(method.toUpperCase(), pathTo(path), { raw: broken }))]).toEqual([
        name,
        400,
        'malformed-request',
      ])
      expect([name, ...codeOf(await api.request(method.toUpperCase(), pathTo(path), { raw: `${broken} ` }))]).toEqual([
        name,
        413,
        'too-large',
      ])
    }
  })

  test('a body of too many values is refused before it is parsed, and so is one in another encoding', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    for (const [name, { method, path }] of writing) {
      const { tokens } = bodyLimitsOf(name as OperationName)
      const send = (raw: string | Buffer, headers?: Record<string, string>) =>
        api.request(method.toUpperCase(), pathTo(path), { raw, ...(headers ? { headers } : {}) })
      const unclosed = (count: number) => `[${'{},'.repeat(count - 1)}`
      expect([name, ...codeOf(await send(unclosed(tokens)))]).toEqual([name, 400, 'malformed-request'])
      expect([name, ...codeOf(await send(unclosed(tokens + 1)))]).toEqual([name, 413, 'too-large'])
      const utf16 = Buffer.from('{"name":"\u2222[[[["}', 'utf16le')
      expect([name, ...codeOf(await send(utf16, { 'content-type': 'application/json; charset=utf-16' }))]).toEqual([
        name,
        415,
        'unsupported-media-type',
      ])
    }
  })

  test('a person has at most 200 recipes, exactly, also when twenty are sent at once', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const board = await aBoard(api)
    const first = await aRecipe(api, board)
    for (let count = 1; count < mostRecipes - 10; count += 1) await aRecipe(api, board, { enabled: false })
    const replies = await Promise.all(Array.from({ length: 20 }, () => api.request('POST', '/api/recipes', { body: recipeBody(board) })))
    expect(replies.filter(({ status }) => status === 201)).toHaveLength(10)
    const refused = replies.filter(({ status }) => status !== 201).map(codeOf)
    expect(refused).toEqual(Array(10).fill([409, 'too-many-recipes']))
    // What is there can be changed, and one that goes makes room for one.
    await api.call('replaceRecipe', { params: { id: first.id }, body: recipeBody(board, { name: 'Renamed' }) })
    await api.call('deleteRecipe', { params: { id: first.id } })
    await aRecipe(api, board)
    expect((await api.problemOf('createRecipe', { body: recipeBody(board) })).code).toBe('too-many-recipes')
    await aRecipe(world.api(world.yanis), await aBoard(world.api(world.yanis)))
  })

  test('a recipe of 64 KB is saved, and one byte more is refused wherever a recipe comes in', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const board = await boardWithColumns(api)
    const saved = await api.call('createRecipe', { body: recipeOf(board, limits.recipeBytes) })
    const larger = recipeOf(board, limits.recipeBytes + 1)
    const action = createItemOn(board, {
      columns: Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`c${index}`, 'é'.repeat(2000)])),
    })
    const problems = await Promise.all([
      api.problemOf('createRecipe', { body: larger }),
      api.problemOf('replaceRecipe', { params: { id: saved.id }, body: larger }),
      api.problemOf('tryRecipe', { body: { recipe: larger, message: { latest: 1 } } }),
      api.problemOf('actOnMessage', { params: { id: 'AAMk' }, body: { action } }),
    ])
    for (const { status, code, errors } of problems)
      expect([status, code, errors?.map((error) => error.code)]).toEqual([422, 'invalid-recipe', ['too-large']])
  })

  test('a problem names at most 50 errors in at most 64 KB, and says how many it left out', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const board = await aBoard(api)
    const long = '\u0001é"'.repeat(3000)
    const hostile: [string, string, unknown][] = [
      ['POST', '/api/recipes', recipeBody(board, { actions: [createItemOn(board, { columns: manyTemplates('{{a.b[c.d[e.f]]}}') })] })],
      ['POST', '/api/recipes', recipeBody(board, { actions: [createItemOn(board, { columns: manyTemplates('{{ message.nope }}') })] })],
      ['POST', '/api/recipes', recipeBody(board, Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`${at}${'k'.repeat(200)}`, 1])))],
      ['POST', '/api/recipes', recipeBody(board, { [long]: 1, conditions: { all: Array.from({ length: 50 }, () => ({ field: long.slice(0, 400) })) } })],
      ['POST', '/api/recipes', recipeBody(board, { conditions: { all: Array.from({ length: 50 }, () => ({ all: [{}, {}, {}] })) } })],
      ['POST', `/api/boards/${board.id}/items`, { name: 'A', columns: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`${at}${'/'.repeat(90)}`, 1])) }],
      ['POST', `/api/boards/${board.id}/items`, { name: 'A', columns: Object.fromEntries(Array.from({ length: 3000 }, (_, at) => [`${at}${'~'.repeat(90)}`, 1])) }],
      ['POST', '/api/boards', { name: 'A', columns: Array.from({ length: 1500 }, () => ({ title: 1, type: long.slice(0, 100) })) }],
      ['POST', '/api/boards', { name: 'A', [long]: 1 }],
      ['PUT', '/api/policy', { createRecipes: Array.from({ length: 900 }, () => 'not an id') }],
    ] // prettier-ignore
    for (const [method, path, body] of hostile) {
      const reply = await api.request(method, path, { body })
      const { errors = [], errorsLeftOut } = problemFrom(reply)
      expect(reply.status).toBeGreaterThanOrEqual(400)
      expect(errors.length).toBeLessThanOrEqual(problemLimits.errors)
      expect(Buffer.byteLength(reply.text)).toBeLessThanOrEqual(problemLimits.bytes)
      if (errorsLeftOut !== undefined) expect(errorsLeftOut).toBeGreaterThan(0)
    }
    const { errors, errorsLeftOut } = problemFrom(await api.request('POST', '/api/recipes', { body: hostile[2]?.[2] }))
    expect([errors?.length, errorsLeftOut]).toEqual([50, 350])
  })
})

const manyTemplates = (output: string) => Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`c${at}`, output.repeat(90)]))
