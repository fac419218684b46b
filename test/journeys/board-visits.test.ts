import { describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { openDatabase } from '../../server/database/database.ts'
import type { Api } from '../support/api-client.ts'
import { aBoard, anAdministrator, itemsOf } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

describe.each(databases)('on %s', (database) => {
  test('an administrator who opens a board of somebody leaves a trace that its owner alone reads', async () => {
    await using world = await startWorld({ database })
    const ada = anAdministrator(world)
    const [mine, admin, colleague, foreign] = [world.camille, ada, world.yanis, anAdministrator(world, world.ruth.tenantId)].map((person) =>
      world.api(person),
    ) as [Api, Api, Api, Api]
    const board = await aBoard(mine, { name: 'Salaries' })
    await mine.call('createItem', { params: { id: board.id }, body: { name: 'Secret' } })
    await mine.call('changeBoard', { params: { id: board.id }, body: { name: 'Pay' } })
    const params = { id: board.id }

    // What they may not do leaves nothing, and shows nothing.
    expect(await admin.problemOf('readBoard', { params })).toMatchObject({ status: 404 })
    expect(await admin.problemOf('listItems', { params })).toMatchObject({ status: 404 })
    expect(await admin.problemOf('changeBoard', { params, body: { groups: [{ id: 'other', title: 'Other' }] } })).toMatchObject({
      status: 422,
    })
    expect(await foreign.problemOf('changeBoard', { params, body: {} })).toMatchObject({ status: 404 })
    expect((await mine.call('listBoardVisits')).items).toEqual([])

    // A change of nothing shows the board all the same.
    await admin.call('changeBoard', { params, body: {} })
    await admin.call('changeBoard', { params, body: { visibility: 'tenant' } })
    expect(await itemsOf(admin, board)).toHaveLength(1)
    await admin.call('changeBoard', { params, body: { visibility: 'private', name: 'Renamed' } })
    await admin.call('deleteBoard', { params })

    const { items } = await mine.call('listBoardVisits')
    const visitor = { id: expect.any(String), displayName: 'Ada Admin' }
    expect(items.map(({ what, boardName }) => [what, boardName])).toEqual([
      ['deleted', 'Renamed'],
      ['made-private', 'Pay'],
      ['shared', 'Pay'],
      ['changed', 'Pay'],
    ])
    expect(items).toEqual(items.map((item) => ({ ...item, boardId: board.id, visitor })))
    for (const { at } of items) expect(Math.abs(Date.parse(at) - Date.now())).toBeLessThan(60_000)
    expect((await mine.call('listBoardVisits', { query: { board: board.id } })).items).toEqual(items)
    expect((await mine.call('listBoardVisits', { query: { board: 'no-id' } })).items).toEqual([])
    for (const other of [admin, colleague, foreign]) expect((await other.call('listBoardVisits')).items).toEqual([])
    const first = await mine.call('listBoardVisits', { query: { limit: '3' } })
    expect((await mine.call('listBoardVisits', { query: { limit: '3', cursor: first.next ?? '' } })).items).toEqual(items.slice(3))
    expect((await mine.call('exportMe')).tables['board_visits']).toHaveLength(4)

    // Of the administrator nothing stays, and nothing of the trace is lost.
    await admin.call('eraseMe')
    const after = (await mine.call('listBoardVisits')).items
    expect(after.map(({ visitor: who }) => who)).toEqual([null, null, null, null])
    await mine.call('eraseMe')
    await until(async () => (await rowsIn(world)) === 0)
  })

  test('an owner on their own board leaves no trace, administrator or not; a trace is kept as long as runs', async () => {
    await using world = await startWorld({ database })
    const ada = world.api(anAdministrator(world))
    const own = await aBoard(ada)
    await ada.call('changeBoard', { params: { id: own.id }, body: { name: 'Mine' } })
    expect((await ada.call('listBoardVisits')).items).toEqual([])

    const mine = world.api(world.camille)
    const board = await aBoard(mine)
    await ada.call('changeBoard', { params: { id: board.id }, body: {} })
    expect(await rowsIn(world, `update board_visits set at = now() - interval '31 days' returning id`)).toBe(1)
    await world.server.restart()
    await until(async () => (await mine.call('listBoardVisits')).items.length === 0)
  })
})

/** Of the table, or of a statement; on the embedded database while the server is down. */
async function rowsIn({ server, environment }: World, statement = 'select id from board_visits'): Promise<number> {
  await server.stop()
  const database = await openDatabase({ databaseUrl: environment['DATABASE_URL'] ?? null, dataDir: environment['DATA_DIR'] ?? '' })
  const { rows } = await sql.raw(statement).execute(database.db)
  await database.close()
  await server.start()
  return rows.length
}
