import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { RecipeBody } from '../../../recipes/recipe.ts'
import { createBoard } from '../../../server/boards/board-store.ts'
import { targetsOf } from '../../../server/boards/targets.ts'
import { recipeBoardFaults } from '../../../server/boards/recipe-board-faults.ts'
import type { Db } from '../../../server/database/schema.ts'
import type { Person } from '../../../server/people/person.ts'
import { findPolicy, mayCreateRecipes, savePolicy } from '../../../server/people/policy-store.ts'
import { asPerson } from '../../../server/people/unit-of-work.ts'
import {
  createRecipe,
  deleteRecipe,
  enabledRecipesOf,
  listRecipes,
  readRecipe,
  replaceRecipe,
  setRecipeEnabled,
} from '../../../server/recipe-book/recipe-store.ts'
import { databases } from '../../support/databases.ts'
import { openPeopled, type Peopled } from '../../support/people.ts'

const aRecipe = (overrides: Partial<RecipeBody> = {}): RecipeBody => ({
  name: 'Invoices',
  enabled: true,
  trigger: { kind: 'mail-received' },
  conditions: { all: [] },
  actions: [{ kind: 'create-item', board: { target: 'built-in', id: 'b' }, name: '{{ message.subject }}' }],
  ...overrides,
})

describe.each(databases)('%s', (kind) => {
  let world: Peopled
  beforeAll(async () => {
    world = await openPeopled(kind)
  })
  afterAll(() => world.close())

  const as = <Result>(person: Person, work: (trx: Db) => Promise<Result>) => asPerson(world.database.db, person, work)
  const create = (overrides: Partial<RecipeBody> = {}, person = world.ann) =>
    as(person, (trx) => createRecipe(trx, person, aRecipe(overrides)))

  test('since when mails count is kept while a recipe stays on, and set anew when it is switched on again', async () => {
    const { id, enabledAt } = await create()
    expect(enabledAt).not.toBeNull()
    const replaced = await as(world.ann, (trx) => replaceRecipe(trx, world.ann, { id, recipe: aRecipe({ name: 'Other' }), version: 1 }))
    expect(replaced).toMatchObject({ name: 'Other', enabledAt, version: 2 })
    const stillOn = await as(world.ann, (trx) => setRecipeEnabled(trx, world.ann, id, true))
    expect(stillOn).toMatchObject({ enabledAt, version: 2 })
    const off = await as(world.ann, (trx) => setRecipeEnabled(trx, world.ann, id, false))
    expect(off).toMatchObject({ enabled: false, enabledAt: null, version: 3 })
    const on = await as(world.ann, (trx) => setRecipeEnabled(trx, world.ann, id, true))
    expect(on.enabled).toBe(true)
    expect(Date.parse(on.enabledAt ?? '')).toBeGreaterThanOrEqual(Date.parse(enabledAt ?? ''))
  })

  test('a stale version changes nothing', async () => {
    const { id } = await create()
    await as(world.ann, (trx) => replaceRecipe(trx, world.ann, { id, recipe: aRecipe({ name: 'Second' }), version: 1 }))
    const late = { id, recipe: aRecipe({ name: 'Late' }), version: 1 }
    await expect(as(world.ann, (trx) => replaceRecipe(trx, world.ann, late))).rejects.toMatchObject({ code: 'version-conflict' })
    await expect(as(world.ann, (trx) => deleteRecipe(trx, world.ann, id, 1))).rejects.toMatchObject({ code: 'version-conflict' })
    await as(world.ann, (trx) => deleteRecipe(trx, world.ann, id, 2))
    await expect(as(world.ann, (trx) => readRecipe(trx, world.ann, id))).rejects.toMatchObject({ code: 'recipe-not-found' })
  })

  test('a recipe is its owner’s alone', async () => {
    const { id } = await create()
    for (const person of [world.ben, world.eve]) {
      await expect(as(person, (trx) => readRecipe(trx, person, id))).rejects.toMatchObject({ code: 'recipe-not-found' })
      await expect(as(person, (trx) => setRecipeEnabled(trx, person, id, false))).rejects.toMatchObject({ code: 'recipe-not-found' })
      expect((await as(person, (trx) => listRecipes(trx, person, {}))).items).toEqual([])
    }
  })

  const enabledOf = (person: typeof world.ben) =>
    as(person, async (trx) => (await enabledRecipesOf(trx, [person.personId])).get(person.personId) ?? [])

  test('only what is on runs, oldest first', async () => {
    const first = await create({ name: '1' }, world.ben)
    await create({ name: '2', enabled: false }, world.ben)
    const third = await create({ name: '3' }, world.ben)
    const enabled = await enabledOf(world.ben)
    expect(enabled.map(({ id }) => id)).toEqual([first.id, third.id])
    expect(enabled[0]).toMatchObject({ version: 1, recipe: { name: '1' }, enabledAt: expect.any(Date) })
  })

  test('a recipe rests while the connection is dead, and counts as on', async () => {
    const { id } = await create({}, world.eve)
    const connection = {
      tenant_id: world.eve.tenantId,
      person_id: world.eve.personId,
      provider: 'microsoft',
      connection_key: crypto.randomUUID(),
    } as const
    await world.database.db
      .insertInto('connections')
      .values({ ...connection, status: 'needs-reconnect' })
      .execute()
    expect(await as(world.eve, (trx) => readRecipe(trx, world.eve, id))).toMatchObject({
      enabled: true,
      paused: { code: 'connection-lost' },
    })
    expect(await enabledOf(world.eve)).toHaveLength(1)
    await world.database.db.updateTable('connections').set({ status: 'active' }).execute()
    expect(await as(world.eve, (trx) => readRecipe(trx, world.eve, id))).toMatchObject({ paused: null })
  })

  test('boards, groups and columns that a recipe names must be there', async () => {
    const board = await as(world.ann, (trx) => createBoard(trx, world.ann, { name: 'B', columns: [{ id: 'a', title: 'A', type: 'text' }] }))
    const others = await as(world.ben, (trx) => createBoard(trx, world.ben, { name: 'Ben' }))
    const item = (overrides: object) => ({
      kind: 'create-item' as const,
      board: { target: 'built-in' as const, id: board.id },
      name: 'x',
      ...overrides,
    })
    const faults = (actions: RecipeBody['actions']) =>
      as(world.ann, (trx) => recipeBoardFaults(trx, targetsOf(), world.ann, aRecipe({ actions })))
    expect(await faults([item({ group: 'items', columns: { a: 'x' } })])).toEqual([])
    const found = await faults([
      item({ group: 'gone', columns: { 'a/b': 'x' } }),
      item({ board: { target: 'built-in', id: others.id } }),
      item({ board: { target: 'monday', id: '1' } }),
      {
        kind: 'add-update',
        board: { target: 'built-in', id: board.id },
        body: 'x',
        find: { by: 'column', column: 'gone', value: 'x' },
        otherwise: { create: { board: { target: 'built-in', id: 'nope' }, name: 'x' } },
      },
      { kind: 'send-mail', to: ['a@b.example'], subject: 'x', body: 'x' },
    ])
    expect(found.map(({ pointer }) => pointer)).toEqual([
      '/actions/4/kind',
      '/actions/0/group',
      '/actions/0/columns/a~1b',
      '/actions/1/board/id',
      '/actions/2/board/target',
      '/actions/3/find/column',
      '/actions/3/otherwise/create/board/id',
    ])
  })

  test('the policy: everyone, administrators, or those on a list', async () => {
    const may = (person: Person, administrator = false) => mayCreateRecipes(world.database.db, person, administrator)
    expect(await findPolicy(world.database.db, world.ann.tenantId)).toBe('everyone')
    await savePolicy(world.database.db, world.ann.tenantId, 'admins')
    expect([await may(world.ann), await may(world.ann, true), await may(world.eve)]).toEqual([false, true, true])
    await savePolicy(world.database.db, world.ann.tenantId, [world.ann.objectId.toUpperCase()])
    expect([await may(world.ann), await may(world.ben)]).toEqual([true, false])
  })
})
