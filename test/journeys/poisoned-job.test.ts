// A mail that ends the process which works on it: it is found and given up, and nobody else is blamed.
import { describe, expect, test } from '@jest/globals'
import { aMail, connectedMailboxes, itemsOf, runsOf } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { diesOfPoison, poison, supervise } from '../support/poison.ts'
import type { Role } from '../support/replicas.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const constellations: { database: 'pglite' | 'postgresql'; roles?: Role[] }[] = databases.flatMap((database) => [
  { database },
  ...(database === 'postgresql' ? [{ database, roles: ['all', 'worker'] satisfies Role[] as Role[] }] : []),
])
const settings = { ...diesOfPoison, JOB_LEASE: '2s', CATCHUP_INTERVAL: '1d' }

describe.each(constellations)('on $database, $roles', ({ database, roles }) => {
  test('two poisons beside thirty innocent mails of five mailboxes', async () => {
    const process = roles ? { replicas: roles } : { process: 'child' as const }
    await using world = await startWorld({ database, env: settings, ...process })
    const { graph } = world.sandbox
    graph.retry.baseMs = 100
    const mailboxes = await connectedMailboxes(world, 5)
    const poisons: { mailbox: (typeof mailboxes)[number]; id: string; seen(): number }[] = []
    for (const mailbox of mailboxes.slice(0, 2)) {
      const { id } = await graph.deliver(mailbox.person, aMail({ subject: 'Poison' }), { notifications: 0 })
      poisons.push({ mailbox, id, ...poison(world.sandbox, id) })
    }
    world.sandbox.misbehave('graph', { match: { method: 'GET', path: /\/messages\/A/ }, delayMs: 60 })
    const supervisor = supervise(world.replicas)

    const names = Array.from({ length: 6 }, (_, index) => `Mail ${index + 1}`)
    for (const [index, subject] of names.entries()) {
      for (const { person } of mailboxes) await graph.deliver(person, aMail({ subject }))
      if (index === 1) for (const { mailbox, id } of poisons) void graph.notify(mailbox.person, id)
    }
    const runsAt = async ({ api }: (typeof mailboxes)[number]) => runsOf(api).catch(() => [])
    await until(async () => {
      const counts = await Promise.all(
        mailboxes.map(async (mailbox) => (await runsAt(mailbox)).filter(({ finishedAt }) => finishedAt).length),
      )
      return counts.reduce((sum, count) => sum + count, 0) === 32
    })
    const deaths = supervisor.deaths()
    await world.untilIdle()

    for (const mailbox of mailboxes) {
      expect((await itemsOf(mailbox.api, mailbox.board)).map(({ name }) => name).toSorted()).toEqual(names)
      const runs = await runsAt(mailbox)
      expect(runs.filter(({ outcome }) => outcome === 'done')).toHaveLength(6)
      const givenUp = runs.filter(({ outcome }) => outcome !== 'done')
      const its = poisons.filter((one) => one.mailbox === mailbox)
      expect(givenUp.map(({ outcome, messageId, reason, recipeId }) => ({ outcome, messageId, reason, recipeId }))).toEqual(
        its.map(({ id }) => ({
          outcome: 'needs-you',
          messageId: id,
          reason: { code: 'too-heavy', params: { part: 'process' } },
          recipeId: mailbox.recipe.id,
        })),
      )
    }
    console.info(`${database} ${roles ?? 'alone'}: ${deaths} deaths of processes`)
    // Three of its own for each, and those of before they were suspects.
    expect(deaths).toBeGreaterThanOrEqual(6)
    expect(deaths).toBeLessThanOrEqual(9)

    // It does not come back after a restart, nor by another notification.
    const [first] = poisons
    const seen = first!.seen()
    await supervisor.stop()
    await world.server.restart()
    await graph.notify(first!.mailbox.person, first!.id)
    await world.untilIdle()
    expect(first!.seen()).toBe(seen)
    expect(world.replicas.some((replica) => replica.hasDied())).toBe(false)

    // Its owner may ask for it again: then it is a suspect from the start, and what is beside it meets no harm.
    world.sandbox.heal()
    const { api } = first!.mailbox
    const run = (await runsOf(api)).find(({ messageId }) => messageId === first!.id)
    await api.call('retryRun', { params: { id: run!.id } })
    await until(async () => (await itemsOf(api, first!.mailbox.board)).length === 7)
    await world.untilIdle()
  }, 400_000)
})
