// Two servers on one PostgreSQL: whatever is done twice by chance, or by a death, is there once.
import { describe, expect, test } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { changeNotification } from '../../sandbox/graph/notifier.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, itemsOf, recipeBody, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { listen } from '../support/listen.ts'
import type { Role } from '../support/replicas.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

const constellations: { roles: Role[] }[] = databases.includes('postgresql')
  ? [{ roles: ['all', 'all'] }, { roles: ['web', 'worker'] }]
  : []

async function withMailbox(world: World, person: Person, attachments: 'none' | 'files' = 'none') {
  const api = world.api(person)
  await world.connect(person)
  const board = await aBoard(api)
  const update = attachments === 'files' ? { update: '{{ message.body.html }}' } : {}
  await aRecipe(api, board, { conditions: everyMail, actions: [createItemOn(board, { attachments, ...update })] })
  return { person, api, board }
}

/** Graph's post about this mail, made to one replica, and repeated as Graph does where no answer comes in time. */
async function announceTo(world: World, url: string, person: Person, messageId: string): Promise<void> {
  const { graph } = world.sandbox
  const [subscription] = graph.subscriptions(person)
  const message = graph.mailbox(person).message(messageId)
  if (!subscription || !message) throw new Error('There is nothing to announce.')
  const body = { value: [changeNotification(subscription, message, 'created')] }
  await until(async () => (await graph.post(`${url}/graph/notifications`, body)) === 202)
}

const subjects = (count: number) => Array.from({ length: count }, (_, index) => `Mail ${String(index + 1).padStart(2, '0')}`)
const names = (items: { name: string }[]) => items.map(({ name }) => name).toSorted()
const mostAtOnce = (world: World) => Math.max(...world.sandbox.graph.ledger.entries.map(({ inFlight }) => inFlight))
const refused = (world: World) => world.sandbox.graph.ledger.entries.filter(({ status }) => status === 429)
const refreshes = (world: World) => world.sandbox.entra.ledger.entries.filter(({ grant }) => grant === 'refresh_token').length

/** How often the content of each mail was fetched. */
function contentFetched(world: World): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { path } of world.sandbox.graph.ledger.entries) {
    const [, id] = /^\/me\/mailFolders\/inbox\/messages\/([^/]+)$/.exec(path) ?? []
    if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

async function jobsDoneBy(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return [...text.matchAll(/^mailboard_jobs_total\{[^}]*end="done"[^}]*\} (\d+)/gm)].reduce((sum, [, count]) => sum + Number(count), 0)
}

// Left out by scripts/test.mjs where there is no PostgreSQL.
describe.each(constellations)('two replicas, $roles', ({ roles }) => {
  test('sixty mails of two mailboxes, each told twice to whoever takes posts, become one item each', async () => {
    await using world = await startWorld({ database: 'postgresql', replicas: roles })
    const { graph } = world.sandbox
    const mailboxes = [await withMailbox(world, world.camille), await withMailbox(world, world.yanis)]
    await world.untilIdle()
    const takers = world.replicas.filter((_, index) => roles[index] !== 'worker')
    const posts: Promise<void>[] = []
    const ids: string[] = []

    for (const subject of subjects(30)) {
      for (const { person } of mailboxes) {
        const { id } = await graph.deliver(person, aMail({ subject }), { notifications: 0 })
        ids.push(id)
        for (const { url } of [...takers, ...takers]) posts.push(announceTo(world, url, person, id))
      }
    }
    await Promise.all(posts)
    for (const { api, board } of mailboxes) await untilItems(api, board, 30)
    await world.untilIdle()

    for (const { api, board } of mailboxes) {
      expect(names(await itemsOf(api, board))).toEqual(subjects(30))
      expect((await runsOf(api)).map(({ outcome }) => outcome)).toEqual(Array(30).fill('done'))
    }
    expect(Object.fromEntries(contentFetched(world))).toEqual(Object.fromEntries(ids.map((id) => [id, 1])))
    expect(refused(world)).toEqual([])
    expect(mostAtOnce(world)).toBeLessThanOrEqual(4)
    const workers = roles.filter((role) => role !== 'web').length
    // A quick replica may have done all of it: emails keep coming until each has done some.
    await until(async () => {
      const done = await Promise.all(world.replicas.map(({ url }) => jobsDoneBy(url)))
      if (done.filter((count) => count > 0).length === workers) return true
      const more = mailboxes.flatMap(({ person }) => Array.from({ length: 10 }, () => person))
      await Promise.all(more.map((person) => graph.deliver(person, aMail({ subject: 'One more' }))))
      await world.untilIdle()
      return false
    })
  })

  test('a token that has expired is refreshed once, whoever needs it and however many', async () => {
    await using world = await startWorld({ database: 'postgresql', replicas: roles })
    const { graph, entra } = world.sandbox
    const { person, board } = await withMailbox(world, world.camille)
    await world.untilIdle()
    const askable = world.replicas.filter((_, index) => roles[index] !== 'worker')
    graph.hold()
    for (const subject of subjects(20)) await graph.deliver(person, aMail({ subject }))
    // What takes long enough to be under way at the same time.
    world.sandbox.misbehave('graph', { delayMs: 20 })
    entra.expireAccessTokens(person)

    graph.release()
    const tries = askable.flatMap((replica) =>
      Array.from({ length: 20 / askable.length }, () =>
        world.api(person, replica).call('tryRecipe', { body: { recipe: recipeBody(board), message: { latest: 2 } } }),
      ),
    )
    for (const { results } of await Promise.all(tries)) expect(results).toHaveLength(2)
    await untilItems(world.api(person), board, 20)
    await world.untilIdle()

    expect(refreshes(world)).toBe(1)
    expect(await itemsOf(world.api(person), board)).toHaveLength(20)
    expect(refused(world)).toEqual([])
    expect(mostAtOnce(world)).toBeLessThanOrEqual(4)
  })

  test('mails, files, listings, dry runs and clicks together make no fifth call for a mailbox', async () => {
    await using world = await startWorld({ database: 'postgresql', replicas: roles, env: { CATCHUP_INTERVAL: '1s' } })
    const { graph } = world.sandbox
    const { person, api, board } = await withMailbox(world, world.camille, 'files')
    await world.untilIdle()
    graph.ledger.clear()
    world.sandbox.misbehave('graph', { delayMs: 30 })
    const attachments = ['a', 'b'].map((name) => ({ name: `${name}.txt`, contentType: 'text/plain', content: Buffer.from(name) }))
    const ids: string[] = []
    for (const subject of subjects(16)) ids.push((await graph.deliver(person, aMail({ subject, attachments }))).id)

    const askable = world.replicas.filter((_, index) => roles[index] !== 'worker').map((replica) => world.api(person, replica))
    const asked = askable.flatMap((at) => [
      at.call('tryRecipe', { body: { recipe: recipeBody(board), message: { latest: 4 } } }),
      ...ids
        .slice(0, 3)
        .map((id) => at.call('actOnMessage', { params: { id }, body: { action: createItemOn(board, { name: 'Clicked' }) } })),
    ])
    await Promise.all(asked)
    await untilItems(api, board, 16 + 3 * askable.length)
    await until(async () => (await runsOf(api)).every(({ outcome }) => outcome === 'done'))
    const listings = () => graph.ledger.entries.filter(({ path, query }) => path === '/me/mailFolders/inbox/messages' && '$filter' in query)
    await until(() => listings().length > 0)
    world.sandbox.heal()
    await world.untilIdle()

    expect(graph.ledger.entries.filter(({ path }) => path.endsWith('/$value'))).toHaveLength(32)
    expect(refused(world)).toEqual([])
    expect(mostAtOnce(world)).toBeLessThanOrEqual(4)
  })

  test('each killed in its turn while mails come in, nothing is lost and nothing is there twice', async () => {
    await using world = await startWorld({ database: 'postgresql', replicas: roles, env: { JOB_LEASE: '2s' } })
    const { graph } = world.sandbox
    const { person, api, board } = await withMailbox(world, world.camille)
    await world.untilIdle()
    graph.retry.baseMs = 100
    const all = subjects(40)

    for (const [index, subject] of all.entries()) {
      await graph.deliver(person, aMail({ subject }), { notifications: 2 })
      if (index % 10 !== 5) continue
      const replica = world.replicas[((index - 5) / 10) % world.replicas.length]
      await until(() => contentFetched(world).size >= Math.min(index, 20) / 2)
      await replica?.kill()
      await replica?.start()
    }

    await untilItems(api, board, all.length)
    await world.untilIdle()
    expect(names(await itemsOf(api, board))).toEqual(all)
    expect((await runsOf(api)).map(({ outcome }) => outcome)).toEqual(all.map(() => 'done'))
  })

  test('what happens at one replica is heard by who listens at another', async () => {
    await using world = await startWorld({ database: 'postgresql', replicas: roles })
    const [here, there] = world.replicas
    const { person } = await withMailbox(world, world.camille)
    await world.untilIdle()
    const pane = await listen(here!.url, await world.sandbox.entra.accessToken(person))
    const kinds = () => pane.heard.map((word) => (word as { kind: string }).kind)

    if (roles[1] === 'worker') {
      // The item is made by the worker, which nobody can listen at.
      await world.sandbox.graph.deliver(person, aMail())
      await until(() => kinds().includes('item') && kinds().includes('run'))
    } else {
      const other = await aBoard(world.api(person, there), { name: 'Made elsewhere' })
      await until(() => pane.heard.some((word) => (word as { id: string }).id === other.id))
    }
    await pane.stop()
  })
})
