import { describe, expect, test } from '@jest/globals'
import type { AccessLogEntry } from '../../contract/access-log.ts'
import { aBoard, aMail, aRecipe, createItemOn, untilItems } from '../support/builders.ts'
import type { Api } from '../support/api-client.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

async function logOf(api: Api): Promise<AccessLogEntry[]> {
  const entries: AccessLogEntry[] = []
  let cursor: string | null = null
  do {
    const page: { items: AccessLogEntry[]; next: string | null } = await api.call('listAccess', {
      query: { limit: '5', ...(cursor ? { cursor } : {}) },
    })
    entries.push(...page.items)
    cursor = page.next
  } while (cursor !== null)
  return entries
}

const untilComplete = (api: Api) =>
  until(async () => {
    const entries = await logOf(api)
    return entries.every(({ outcome }) => outcome !== null) && entries
  })

const callsOn = ({ sandbox }: World, objectId: string) => sandbox.graph.ledger.entries.filter(({ person }) => person === objectId)

describe.each(databases)('on %s', (database) => {
  test('every call that Graph saw stands in the access log, with what was asked and why', async () => {
    await using world = await startWorld({ database, env: { CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    const recipe = await aRecipe(api, board, { actions: [createItemOn(board, { attachments: 'files' })] })
    const attachments = [{ name: 'invoice.pdf', contentType: 'application/pdf', content: Buffer.from('pdf') }]
    const { id } = await world.sandbox.graph.deliver(world.camille, aMail({ attachments }))
    await untilItems(api, board, 1)
    // Connected again, the mailbox is listed.
    await world.connect(world.camille)
    await world.untilIdle()
    const { name, conditions, actions } = recipe
    await api.call('tryRecipe', {
      body: { recipe: { name, enabled: true, trigger: { kind: 'mail-received' }, conditions, actions }, message: { latest: 1 } },
    })

    const entries = await untilComplete(api)
    const seen = callsOn(world, world.camille.objectId)
    const listed = entries.reduce((sum, { count }) => sum + count, 0)
    expect(listed).toBe(seen.length)

    const of = (messageId: string, kind: string) => entries.filter((entry) => entry.messageId === messageId && entry.purpose.kind === kind)
    const forRecipe = of(id, 'recipes')
    expect(forRecipe.map(({ what }) => what)).toEqual(expect.arrayContaining(['locate', 'read', 'attachment-list', 'attachment']))
    expect(forRecipe.every(({ purpose }) => purpose.recipeIds.includes(recipe.id))).toBe(true)
    expect(forRecipe.find(({ what }) => what === 'locate')?.fields).toEqual(['id', 'parentFolderId'])
    expect(of(id, 'try').map(({ what }) => what)).toContain('read')
    const kinds = new Set(entries.map(({ purpose }) => purpose.kind))
    expect([...kinds].toSorted()).toEqual(['catch-up', 'connection', 'recipes', 'subscription', 'try'])
    expect(entries.map(({ what }) => what)).toEqual(
      expect.arrayContaining(['check-read', 'own-address', 'inbox-id', 'subscription-create', 'listing']),
    )
  })

  test('a process killed during a call leaves an entry without an end', async () => {
    await using world = await startWorld({ database, process: 'child', env: { JOB_LEASE: '2s', CATCHUP_INTERVAL: '1d' } })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await aBoard(api)
    await aRecipe(api, board)
    await world.untilIdle()
    const stall = world.sandbox.misbehave('graph', { match: { path: /\/messages\/A/ }, stall: true })
    const { id } = await world.sandbox.graph.deliver(world.camille, aMail())
    await until(() => stall.seen() > 0)
    await world.server.kill()
    stall.clear()
    await world.server.start()
    await untilItems(api, board, 1)
    await world.untilIdle()

    // The end of a call is written after its answer has been used: the item may be there before it.
    const ofMail = await until(async () => {
      const entries = (await logOf(api)).filter(({ messageId }) => messageId === id)
      const open = entries.filter(({ outcome }) => outcome === null)
      return open.length === 1 && entries.length >= 3 && entries
    })
    expect(ofMail.at(-1)).toMatchObject({ what: 'locate', outcome: null })
  })

  test('a log is its owner’s alone', async () => {
    await using world = await startWorld({ database })
    await world.connect(world.camille)
    expect((await logOf(world.api(world.camille))).length).toBeGreaterThan(0)
    expect(await logOf(world.api(world.yanis))).toEqual([])
    expect(await logOf(world.api(world.ruth))).toEqual([])
  })

  test('what the pane saw last is known to the log', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    await world.untilIdle()
    const [entry] = (await logOf(api)).filter(({ head }) => head !== null)
    const ask = async (at: Api, known: string) => (await at.call('listAccess', { query: { known } })).known
    expect(await ask(api, entry!.head!)).toBe(true)
    expect(
      await ask(
        api,
        entry!.head!.replace(/.$/, (last) => (last === '0' ? '1' : '0')),
      ),
    ).toBe(false)
    expect(await ask(api, 'nonsense')).toBe(false)
    expect(await ask(world.api(world.yanis), entry!.head!)).toBe(false)
  })
})
