// What fails is left alone, by all processes together; what does not goes on; and what waited is made up for soon.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { aMail, connectedMailboxes, itemsOf, recipeBody, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import type { Role } from '../support/replicas.ts'
import { until } from '../support/until.ts'
import { connectionOf } from '../support/open-world.ts'
import { startWorld, type World } from '../support/world.ts'

type Constellation = { database: 'pglite' | 'postgresql'; roles?: Role[] }
const replicas: Constellation[] = databases.includes('postgresql') ? [{ database: 'postgresql', roles: ['all', 'all'] }] : []
const constellations: Constellation[] = [...databases.map((database) => ({ database })), ...replicas]

/** With the default of two seconds all is twenty times as long. */
const base = 100
const settings = { RETRY_BASE: `${base}ms`, CATCHUP_INTERVAL: '1d' }
const firstPauseMs = 15 * base

const worldOf = ({ database, roles }: Constellation) => startWorld({ database, env: settings, ...(roles ? { replicas: roles } : {}) })

type Mailbox = Awaited<ReturnType<typeof connectedMailboxes>>[number]

const subjects = (count: number) => Array.from({ length: count }, (_, index) => `Mail ${String(index + 1).padStart(2, '0')}`)

async function deliver(world: World, mailboxes: Mailbox[], count: number) {
  for (const subject of subjects(count)) for (const { person } of mailboxes) await world.sandbox.graph.deliver(person, aMail({ subject }))
}

async function expectEachOnce({ api, board }: Mailbox, count: number) {
  expect((await itemsOf(api, board)).map(({ name }) => name).toSorted()).toEqual(subjects(count))
  expect((await runsOf(api)).map(({ outcome }) => outcome)).toEqual(Array(count).fill('done'))
  expect((await connectionOf(api))?.status).toBe('active')
}

async function waitsOf(mailbox: Mailbox): Promise<number> {
  const runs = await runsOf(mailbox.api)
  const waits = runs.map((run) => Date.parse(run.finishedAt!) - Date.parse(run.message.receivedAt!)).toSorted((a, b) => a - b)
  return waits[Math.floor(waits.length * 0.95)] ?? 0
}

/** Entra, Vault or Graph fails for one, or for all. */
const outages = {
  entra: (world: World, person?: string) => {
    world.sandbox.entra.people.forEach(
      (each) => (person === undefined || each.objectId === person) && world.sandbox.entra.expireAccessTokens(each),
    )
    return world.sandbox.misbehave('entra', { match: { path: /\/token$/, ...(person ? { person } : {}) }, status: 500 })
  },
  vault: (world: World) => {
    world.sandbox.entra.people.forEach((each) => world.sandbox.entra.expireAccessTokens(each))
    return world.sandbox.misbehave('vault', { match: { path: /\/data\/connections\// }, status: 503 })
  },
  graph: (world: World, person?: string) =>
    world.sandbox.misbehave('graph', { match: { path: /\/me\//, ...(person ? { person } : {}) }, status: 503 }),
}

describe.each(constellations)('on $database, $roles', (constellation) => {
  test.each(['entra', 'graph'] as const)(
    'where %s fails for one mailbox it is asked less and less, the others notice nothing, and all forty mails come',
    async (service) => {
      await using world = await worldOf(constellation)
      const [one, ...others] = await connectedMailboxes(world, 3)
      const away = outages[service](world, one!.person.objectId)
      const from = performance.now()
      await deliver(world, [one!], 40)
      await until(() => away.seen() > 0)
      await deliver(world, others, 5)
      for (const other of others) await untilItems(other.api, other.board, 5)
      // Its owner gets an answer at once.
      const asked = performance.now()
      const answer = await one!.api.request('POST', '/api/recipes/try', {
        body: { recipe: recipeBody(one!.board), message: { latest: 1 } },
      })
      const answered = performance.now() - asked
      await wait(Math.max(0, 6 * firstPauseMs - (performance.now() - from)))
      const seconds = (performance.now() - from) / 1000
      const seen = away.seen()
      away.clear()
      const healed = performance.now()
      await untilItems(one!.api, one!.board, 40)
      const took = performance.now() - healed
      await world.untilIdle()

      expect(answer.status).toBe(503)
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      // At 0, 1, 3 and 7 pauses; Graph is asked for the mail, and then for the mailbox.
      const turns = 1 + Math.floor(Math.log2(1 + (seconds * 1000) / firstPauseMs))
      expect(seen).toBeLessThanOrEqual(turns + (service === 'graph' ? 2 : 0))
      await expectEachOnce(one!, 40)
      for (const other of others) await expectEachOnce(other, 5)
      console.info(
        `${JSON.stringify(constellation)} ${service}, one mailbox: ${seen} requests in ${seconds.toFixed(1)} s; refused after ${Math.round(answered)} ms; ` +
          `others' p95 ${await waitsOf(others[0]!)} ms; all 40 items ${Math.round(took)} ms after the end`,
      )
    },
  )

  test.each(['entra', 'vault', 'graph'] as const)(
    'where %s fails for all, one tries for all, and all come soon after the end',
    async (service) => {
      await using world = await worldOf(constellation)
      const mailboxes = await connectedMailboxes(world, 6)
      // Tokens are remembered for a while, and then no Vault is needed.
      if (service === 'vault') await world.server.restart()
      await world.untilIdle()
      const away = outages[service](world)
      await deliver(world, mailboxes, 5)
      await until(() => away.seen() > 0)
      const from = performance.now()
      await wait(4 * firstPauseMs)
      const seconds = (performance.now() - from) / 1000
      const seen = away.seen()
      away.clear()
      const healed = performance.now()
      const begun = until(async () => (await Promise.all(mailboxes.map(({ api }) => runsOf(api)))).flat().length > 0).then(
        () => performance.now() - healed,
      )
      for (const { api, board } of mailboxes) await untilItems(api, board, 5)
      const took = performance.now() - healed
      await world.untilIdle()

      // Each once or twice before it is known, then one at a time.
      const pauseMs = { entra: 10, graph: 8, vault: 5 }[service] * base
      expect(seen).toBeLessThanOrEqual(mailboxes.length * 2 + 2 * Math.ceil((seconds * 1000) / pauseMs))
      // Within the pause of all; the rest is for a machine that has other things to do.
      expect(await begun).toBeLessThan(firstPauseMs + 20_000)
      for (const mailbox of mailboxes) await expectEachOnce(mailbox, 5)
      console.info(
        `${JSON.stringify(constellation)} ${service}, six mailboxes: ${seen} requests in ${seconds.toFixed(1)} s; ` +
          `begun ${Math.round(await begun)} ms, all there ${Math.round(took)} ms after the end`,
      )
    },
  )
})
