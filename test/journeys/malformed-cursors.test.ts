// Every list of the API answers a cursor that it did not give with 400. The lists come from the contract.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Operation, operations } from '../../contract/operations.ts'
import { type Api, problemFrom, nowhere } from '../support/api-client.ts'
import { aBoard } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld } from '../support/world.ts'

const packed = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const instant = '2026-11-27 10:00:00.123456+00'

const places: unknown[] = [
  ['2026-99-99 99:99:99', nowhere],
  ['2026-99-99 99:99:99+00', nowhere],
  ['2026-02-30 10:00:00+00', nowhere],
  ['2026-11-27 24:00:01+00', nowhere],
  ['2026-11-27 10:60:00+00', nowhere],
  ['2026-11-27 10:00:61+00', nowhere],
  ['2026-11-27 10:00:00.1234567+00', nowhere],
  ['2026-11-27 10:00:00+99', nowhere],
  ['2026-11-27 10:00:00+14:99', nowhere],
  ['2026-11-27 10:00:00-:-.-', nowhere],
  ['0000-01-01 00:00:00+00', nowhere],
  ['0001-01-01 00:00:00+00 BC', nowhere],
  ['9999999-01-01 00:00:00+00', nowhere],
  ['infinity', nowhere],
  ['-infinity', nowhere],
  ['now', nowhere],
  [`${instant}\u0000`, nowhere],
  [instant, `${nowhere}\u0000`],
  [instant, 'no-id'],
  [instant, ''],
  [instant, null],
  [instant],
  [instant, nowhere, 'more'],
  [1, nowhere],
  [`${instant}'; drop table boards; --`, nowhere],
  { at: instant, id: nowhere },
  null,
  '[',
  '\u0000',
  '',
]
const bare = ['!!!', '=', '%00', 'AAAA', '.', '..', 'null', '🍵', `${packed([instant, nowhere])}!`, `${packed([instant, nowhere])}=`]

/** What each list puts before its own cursors, so that what is refused is what stands behind. */
const marked = (next: string) => next.slice(0, next.indexOf('.') + 1)

const lists = Object.entries<Operation>(operations).filter(([, { method, query }]) => method === 'get' && query && 'cursor' in query.shape)

describe.each(databases)('on %s', (database) => {
  test('a cursor that no list gave is 400 on every list', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const board = await aBoard(api)
    for (const name of ['A', 'B']) await api.call('createItem', { params: { id: board.id }, body: { name } })
    const { items, next } = await api.call('listItems', { params: { id: board.id }, query: { limit: '1' } })
    const mark = marked(next ?? '')
    expect(mark).not.toBe('')
    const idOf = (path: string) => (path.startsWith('/api/items') ? (items[0]?.id ?? '') : board.id)
    expect(lists.length).toBeGreaterThan(5)
    const wrong: string[] = []
    for (const [, { path }] of lists) {
      const filled = path.replace('{provider}', 'microsoft').replace('{id}', idOf(path))
      const cursors = [...places.map(packed), ...bare]
      for (const cursor of [...cursors, ...cursors.map((each) => `${mark}${each}`)]) {
        const found = await faultOf(api, `${filled}?cursor=${encodeURIComponent(cursor)}`)
        if (found !== undefined) wrong.push(`${filled} ${cursor}: ${found}`)
      }
    }
    expect(wrong).toEqual([])
    expect((await api.call('listItems', { params: { id: board.id }, query: { limit: '1', cursor: next ?? '' } })).items).toHaveLength(1)
  })

  test('a cursor of another list is 400, and one of its own goes on', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const boards = [await aBoard(api), await aBoard(api)]
    for (const { id } of boards) for (const name of ['A', 'B']) await api.call('createItem', { params: { id }, body: { name } })
    const [one, other] = boards.map(({ id }) => id) as [string, string]
    const { next } = await api.call('listItems', { params: { id: one }, query: { limit: '1' } })
    const cursor = encodeURIComponent(next ?? '')
    for (const path of [`/api/boards/${other}/items`, '/api/boards', '/api/runs', '/api/recipes', '/api/access-log'])
      expect([path, await faultOf(api, `${path}?cursor=${cursor}`)]).toEqual([path, undefined])
    const again = await api.request('GET', `/api/boards/${one.toUpperCase()}/items?cursor=${cursor}`)
    expect(again.status).toBe(200)
    expect(await faultOf(api, `/api/boards?cursor=${cursor}&cursor=${cursor}`)).toBeUndefined()
  })

  test('no cursor, limit or filter at all is answered with 500', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.base64String({ maxLength: 60 }))
    await fc.assert(
      fc.asyncProperty(part, part, part, async (cursor, limit, known) => {
        const query = new URLSearchParams({
          cursor: packed([cursor, limit]),
          limit,
          known,
          recipe: known,
          outcome: limit,
          utcOffset: limit,
        })
        for (const path of ['/api/access-log', '/api/runs', '/api/boards', '/api/connections/microsoft/days']) {
          const { status } = await api.request('GET', `${path}?${query}`)
          expect(status).toBeLessThan(500)
        }
        const alone = await api.request('GET', `/api/access-log?${new URLSearchParams({ known })}`)
        expect(alone.status).toBeLessThan(500)
      }),
      { numRuns: 60 },
    )
    const heads = [`${nowhere}.999999999.${'0'.repeat(64)}`, `${nowhere}.0.${'f'.repeat(64)}`, `${'-'.repeat(36)}.1.${'0'.repeat(64)}`]
    for (const known of heads) expect((await api.request('GET', `/api/access-log?known=${known}`)).status).toBe(200)
  })
})

async function faultOf(api: Api, path: string): Promise<string | undefined> {
  const reply = await api.request('GET', path)
  if (reply.status !== 400) return `${reply.status} ${reply.text.slice(0, 80)}`
  return problemFrom(reply).code === 'invalid-request' ? undefined : problemFrom(reply).code
}
