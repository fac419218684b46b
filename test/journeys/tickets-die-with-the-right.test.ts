import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

const content = Buffer.alloc(700_000, 'file')

async function aFile(world: World) {
  const mine = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(mine, { visibility: 'tenant' })
  const actions = [createItemOn(board, { update: '{{ message.body.html }}', attachments: 'files' })]
  await aRecipe(mine, board, { conditions: everyMail, actions })
  await world.sandbox.graph.deliver(world.camille, aMail({ attachments: [{ name: 'a.txt', contentType: 'text/plain', content }] }))
  const [item] = await untilItems(mine, board, 1)
  const params = { id: item!.id }
  const file = await until(async () => (await mine.call('listUpdates', { params })).items[0]?.files[0])
  return { board, item: item!, file, mine }
}

describe.each(databases)('on %s', (database) => {
  test('a ticket opens nothing once its holder may no longer see the file', async () => {
    await using world = await startWorld({ database })
    const { board, item, file, mine } = await aFile(world)
    const colleague = world.api(world.yanis)
    const ticket = async (api = colleague) => (await api.call('createTicket', { params: { id: file.id } })).url
    const open = async (url: string) => (await fetch(url)).status
    const redeemed = await fetch(await ticket())
    expect([redeemed.status, Buffer.from(await redeemed.arrayBuffer()).equals(content)]).toEqual([200, true])

    const made = [await ticket(), await ticket()]
    const ofOwner = await ticket(mine)
    await mine.call('changeBoard', { params: { id: board.id }, body: { visibility: 'private' } })
    expect(await open(made[0]!)).toBe(404)
    await mine.call('changeBoard', { params: { id: board.id }, body: { visibility: 'tenant' } })
    // It was used: a right that comes back does not bring it back.
    expect(await open(made[0]!)).toBe(404)
    expect(await open(made[1]!)).toBe(200)
    expect(await open(ofOwner)).toBe(200)

    const ofErased = await ticket()
    await colleague.call('eraseMe')
    expect(await open(ofErased)).toBe(404)

    const [ofItem, late] = [await ticket(mine), await ticket(mine)]
    await mine.call('deleteItem', { params: { id: item.id } })
    expect(await open(ofItem)).toBe(404)
    await mine.call('deleteBoard', { params: { id: board.id } })
    expect(await open(late)).toBe(404)
  })
})
