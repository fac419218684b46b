// SIGKILL at chosen points: during a call to Graph or Vault that gets no answer, or while the database connection is held around a commit.
import { type aMail, aRecipe, createItemOn, everyMail } from '../../test/support/builders.ts'
import { until } from '../../test/support/until.ts'
import type { HoldPoint } from '../harness/database-link.ts'
import { leftOf } from '../harness/invariants.ts'
import type { World } from '../harness/world.ts'
import { demand, type Faults } from './fault.ts'
import { nemesis } from './nemesis.ts'

const reached = (held: { reached: Promise<void> }, world: World, what: string) =>
  Promise.race([
    held.reached,
    new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`never came to ${what}`)), world.within(15_000)).unref()),
  ])

/** Delivers a message, kills the server while its database connection is held, and starts it again. */
async function killedAt(world: World, subject: string, point: HoldPoint, mail: Parameters<typeof aMail>[0] = {}): Promise<void> {
  const [mailbox] = world.mailboxes
  const held = world.server.link.hold(point)
  await mailbox?.deliver(subject, { mail })
  await reached(held, world, String(point.statement))
  await world.server.kill()
  held.release()
  await world.server.start()
}

/** These have no setting: they are longer than the calls they cover. */
async function letLeasesLapse({ query, isSlow }: World): Promise<void> {
  if (!isSlow) await query.rows(`update leases set until = now()`)
}

const insertOf = (table: string) => new RegExp(`insert into "?${table}"?\\b`, 'i')

const killsAround = (title: string, ...points: HoldPoint[]) => ({
  title,
  async inject(world: World) {
    await world.mailbox('camille')
    for (const [index, point] of points.entries()) await killedAt(world, `Killed ${index}`, point)
  },
})

const firstAnswers = ({ sandbox }: World) =>
  sandbox.graph.notifications.entries.filter(({ attempt }) => attempt === 1).map(({ status }) => status)

export const killFaults: Faults = {
  F12: {
    title: 'killed in the request, before the commit',
    async inject(world) {
      await world.mailbox('camille')
      await killedAt(world, 'Before the commit', { statement: insertOf('inbox_messages'), at: 'before commit' })
      demand(
        firstAnswers(world).every((status) => status === 0),
        `answered ${firstAnswers(world)}`,
      )
    },
  },
  F13: {
    title: 'killed after the commit, before 202',
    async inject(world) {
      await world.mailbox('camille')
      await killedAt(world, 'After the commit', { statement: insertOf('inbox_messages'), at: 'after commit' })
      demand(
        firstAnswers(world).every((status) => status === 0),
        `answered ${firstAnswers(world)}`,
      )
    },
  },
  F14: {
    title: 'a worker killed after the claim, while reading the email, after the plan; another takes over',
    roles: ['web', 'worker', 'worker'],
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const [, first, second] = world.replicas
      demand(first && second, 'two workers were expected')
      const points: Record<string, HoldPoint | undefined> = {
        'after the claim': { statement: /with recursive mailbox/i, at: 'after commit' },
        'during the read': undefined,
        'after the plan': { statement: insertOf('runs'), at: 'after commit' },
      }
      const took: string[] = []
      for (const [name, point] of Object.entries(points)) {
        await second.stop()
        const read = world.sandbox.misbehave('graph', { match: { path: /\/messages\/A/ }, times: point ? 0 : 1, stall: true })
        const held = point && first.link.hold(point)
        await mailbox.deliver(`Killed ${name}`)
        if (held) await reached(held, world, name)
        else await until(() => read.seen() > 0)
        await second.start()
        await first.kill()
        const from = Date.now()
        held?.release()
        read.clear()
        await until(() => mailbox.isComplete(), world.within(20_000))
        took.push(`${name} ${((Date.now() - from) / 1000).toFixed(1)} s`)
        await first.start()
      }
      return took.join(', ')
    },
  },
  F15: killsAround('killed after the claim of the run, before the write leaves', { statement: insertOf('items'), at: 'statement' }),
  F16: killsAround('killed while the write waits for its commit', { statement: insertOf('items'), at: 'before commit' }),
  F17: killsAround('killed after the write was committed, before its answer arrived', { statement: insertOf('items'), at: 'after commit' }),
  F18: {
    title: 'killed after the answer, before the job is settled: that of a mail, and that of a run with a file',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { api, board, recipe } = mailbox
      await killedAt(world, 'The mail', { statement: /update inbox_messages set\s+state = case/i, at: 'before commit' })
      await until(() => mailbox.isComplete(), world.within(20_000))
      await api.call('disableRecipe', { params: { id: recipe.id } })
      await aRecipe(api, board, { conditions: everyMail, actions: [createItemOn(board, { attachments: 'files' })] })
      const attachments = [{ name: 'a.txt', contentType: 'text/plain', content: Buffer.from('a file') }]
      await killedAt(world, 'The run', { statement: /delete from claims where\s+queue = /i, at: 'before commit' }, { attachments })
      await until(async () => (await world.query.count(`select count(*) from files where state = 'stored'`)) === 1, world.within(20_000))
    },
  },
  F19: {
    title: 'killed between the item, its update and its file',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { api, board, person } = mailbox
      await api.call('disableRecipe', { params: { id: mailbox.recipe.id } })
      const update = {
        kind: 'add-update',
        board: { target: 'built-in', id: board.id },
        body: 'A note',
        find: { by: 'conversation' },
        otherwise: 'skip',
        attachments: 'files',
      }
      await aRecipe(api, board, { conditions: everyMail, actions: [createItemOn(board), update] })
      const attachments = [{ name: 'a.txt', contentType: 'text/plain', content: Buffer.from('a file') }]
      const held = world.server.link.hold({ statement: insertOf('updates'), at: 'statement' })
      await mailbox.deliver('In three steps', { mail: { attachments } })
      await reached(held, world, 'the update')
      await world.server.kill()
      held.release()
      const file = world.sandbox.misbehave('graph', {
        match: { path: /\$value|\/attachments\/./, person: person.objectId },
        stall: true,
        times: 1,
      })
      await world.server.start()
      await until(() => file.seen() > 0)
      await world.server.kill()
      file.clear()
      await world.server.start()
      await until(async () => (await world.query.count(`select count(*) from files where state = 'stored'`)) === 1, world.within(20_000))
      demand((await world.query.count('select count(*) from updates')) === 1, 'the update is there twice')
      demand((await world.query.count('select count(*) from files')) === 1, 'the file is there twice')
    },
  },
  F20: {
    title: 'killed after the refresh, before the new token is in Vault; lenient and strict rotation',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { entra } = world.sandbox
      for (const strict of [false, true]) {
        entra.strictRotation(strict)
        const writes = ['POST', 'PUT'].map((method) =>
          world.sandbox.misbehave('vault', { match: { method, path: /\/data\/connections\// }, stall: true }),
        )
        await world.server.restart()
        entra.expireAccessTokens(mailbox.person)
        await mailbox.deliver(strict ? 'Strict' : 'Lenient')
        await until(() => writes.some((rule) => rule.seen() > 0), world.within(20_000))
        await world.server.kill()
        for (const rule of writes) rule.clear()
        await letLeasesLapse(world)
        await world.server.start()
        if (!strict) await until(() => mailbox.isComplete(), world.within(30_000))
      }
      await until(async () => (await mailbox.isComplete()) || (await mailbox.status()) === 'needs-reconnect', world.within(30_000))
      const told = (await mailbox.status()) === 'needs-reconnect'
      if (told) await mailbox.connect()
      const lease = world.isSlow ? '' : '; the test does not wait for the minute of the lease'
      return `${told ? 'strict: owner asked to reconnect' : 'strict: went on'}${lease}`
    },
  },
  F21: {
    title: 'killed after Graph created the subscription, before its ID is stored',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph } = world.sandbox
      const late = world.sandbox.misbehave('graph', {
        match: { method: 'POST', path: /\/subscriptions$/ },
        delayAnswerMs: 60_000,
        times: 1,
      })
      const known = new Set(graph.subscriptions(mailbox.person).map(({ id }) => id))
      graph.lifecycle(mailbox.person, 'subscriptionRemoved')
      await until(() => graph.subscriptions(mailbox.person).some(({ id }) => !known.has(id)))
      await world.server.kill()
      late.clear()
      await mailbox.deliver('Meanwhile', { notifications: 0 })
      await letLeasesLapse(world)
      await world.server.start()
      const ours = async () =>
        (await world.query.rows(`select graph_id from subscriptions where state = 'active'`)).map((row) => row['graph_id'])
      await until(async () => {
        const [id] = await ours()
        return (
          id !== undefined &&
          graph
            .subscriptions(mailbox.person)
            .map((one) => one.id)
            .join() === id
        )
      }, world.within(60_000))
      await mailbox.deliver('Afterwards')
      return world.isSlow ? undefined : 'the test does not wait for the two and a half minutes of the lease'
    },
  },
  F22: {
    title: 'killed at each step of a disconnection',
    async inject(world) {
      const points = { subscription: 'graph', tokens: 'vault', rows: undefined } as const
      for (const [name, service] of Object.entries(points)) {
        const mailbox = await world.mailbox('camille')
        world.mailboxes.length = 0
        const held = service ? undefined : world.server.link.hold({ statement: /delete from "?connections"?/i, at: 'before commit' })
        const rule = service && world.sandbox.misbehave(service, { match: { method: 'DELETE' }, stall: true, times: 1 })
        await mailbox.api.call('disconnect', { params: { provider: 'microsoft' } })
        if (held) await reached(held, world, name)
        else await until(() => (rule?.seen() ?? 0) > 0, world.within(20_000))
        await world.server.kill()
        held?.release()
        rule?.clear()
        await world.server.start()
        let left: string[] = []
        await until(async () => {
          left = await leftOf(world, mailbox.person.objectId)
          return left.length === 0
        }, world.within(60_000)).catch(() => demand(false, `killed at ${name}: ${left.join(', ')}`))
      }
    },
  },
  F23: {
    title: 'killed in the migration',
    async inject(world) {
      for (const statement of [/create table/i, /create table claims/i]) {
        await world.server.stop()
        await world.query.rows('drop schema public cascade')
        await world.query.rows('create schema public')
        const held = world.server.link.hold({ statement, at: 'statement' })
        const started = world.server.start().catch(() => undefined)
        await reached(held, world, String(statement))
        await world.server.kill()
        held.release()
        await world.server.start()
        await started
      }
      await world.mailbox('camille').then((mailbox) => mailbox.deliver('After the migration'))
    },
  },
  F24: {
    title: 'emails, kills and disturbances at random',
    roles: ['all', 'all'],
    inject: nemesis,
  },
}
