import { setTimeout as wait } from 'node:timers/promises'
import { recipeBody } from '../../test/support/builders.ts'
import { until } from '../../test/support/until.ts'
import { connectionOf } from '../../test/support/open-world.ts'
import type { World } from '../harness/world.ts'
import { demand, type Faults } from './fault.ts'

const refreshesOf = ({ sandbox }: World) => sandbox.entra.ledger.entries.filter(({ grant }) => grant === 'refresh_token').length

export const entraFaults: Faults = {
  F41: {
    title: 'the token endpoint is unavailable',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { sandbox } = world
      const away = sandbox.misbehave('entra', { match: { path: /\/token$/ }, status: 503 })
      await mailbox.deliver('With a token that is good')
      await until(() => mailbox.isComplete(), world.within(20_000))
      sandbox.entra.expireAccessTokens(mailbox.person)
      await mailbox.deliver('With one that is not')
      await until(() => away.seen() > 1, world.within(20_000))
      demand((await mailbox.status()) === 'active', 'the connection was blamed')
      away.clear()
      const from = Date.now()
      await until(() => mailbox.isComplete(), world.within(30_000))
      return `drained ${((Date.now() - from) / 1000).toFixed(1)} s after it was back`
    },
  },
  F42: {
    title: 'token revoked; account disabled; extra verification required; password changed; our own secret wrong',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { sandbox } = world
      const { entra } = sandbox
      const told: string[] = []
      const lost = async (name: string) => {
        const from = Date.now()
        entra.expireAccessTokens(mailbox.person)
        await mailbox.deliver(name)
        await until(async () => (await mailbox.status()) === 'needs-reconnect', 60_000)
        const { paused } = await mailbox.api.call('readRecipe', { params: { id: mailbox.recipe.id } })
        demand(paused !== null, `${name}: its recipe is not paused`)
        told.push(`${name} ${Date.now() - from} ms`)
      }
      const back = async () => {
        await mailbox.connect()
        await until(() => mailbox.isComplete(), world.within(30_000))
      }
      entra.revoke(mailbox.person)
      await lost('revoked')
      await back()
      entra.disablePerson(mailbox.person, true)
      entra.expireAccessTokens(mailbox.person)
      await mailbox.deliver('disabled')
      const disabled = async () => (await world.query.count(`select count(*) from connections where status = 'needs-reconnect'`)) === 1
      await until(disabled, 60_000)
      entra.disablePerson(mailbox.person, false)
      await back()
      entra.requireStrongerSignIn(mailbox.person, true)
      await lost('extra verification')
      demand((await connectionOf(mailbox.api))?.reason !== null, 'no reason is given')
      entra.requireStrongerSignIn(mailbox.person, false)
      await back()
      // A normal password change: Entra keeps the refresh token of an application like this one.
      const [asked, since] = [refreshesOf(world), (await connectionOf(mailbox.api))?.since]
      entra.expireAccessTokens(mailbox.person)
      await mailbox.deliver('password changed')
      await until(() => mailbox.isComplete(), world.within(30_000))
      const unchanged = await connectionOf(mailbox.api)
      demand(unchanged?.status === 'active' && unchanged.reason === null && unchanged.since === since, 'a change of password was noticed')
      demand(refreshesOf(world) === asked + 1, `${refreshesOf(world) - asked} refreshes after a change of password`)
      entra.failClientSecret(true)
      entra.expireAccessTokens(mailbox.person)
      await mailbox.deliver('our secret is wrong')
      await until(async () => (await world.metric(/^mailboard_alarms_total/)) > 0, world.within(20_000))
      demand((await mailbox.status()) === 'active', 'a user was blamed for our secret')
      entra.failClientSecret(false)
      await until(() => mailbox.isComplete(), world.within(60_000))
      return told.join(', ')
    },
  },
  F43: {
    title: 'twenty uses of an expired token at once, two replicas',
    roles: ['all', 'all'],
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph, entra } = world.sandbox
      graph.hold()
      for (let index = 0; index < 20; index += 1) await mailbox.deliver(`Mail ${index}`)
      world.sandbox.misbehave('graph', { delayMs: 20 })
      entra.expireAccessTokens(mailbox.person)
      graph.release()
      const tries = world.replicas.map(() =>
        mailbox.api.call('tryRecipe', { body: { recipe: recipeBody(mailbox.board), message: { latest: 2 } } }),
      )
      await Promise.all(tries)
      await until(() => mailbox.isComplete(), world.within(30_000))
      demand(refreshesOf(world) === 1, `${refreshesOf(world)} refreshes`)
    },
  },
  F44: {
    title: 'the clock of the server is ten minutes ahead, then ten minutes behind, then leaps',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const answers: string[] = []
      for (const minutes of [10, -10]) {
        await world.server.stop()
        world.server.environment['NODE_OPTIONS'] = `--import=${clockShiftedBy(minutes * 60_000)}`
        await world.server.start()
        await mailbox.deliver(`By a clock ${minutes} minutes off`)
        await until(async () => (await world.query.count('select count(*) from items')) === mailbox.expected.length, world.within(30_000))
        const { status, text } = await mailbox.api.request('GET', '/api/me')
        answers.push(`${minutes > 0 ? 'ahead' : 'behind'}: ${status}${status === 401 ? ` ${/"code":"([^"]+)"/.exec(text)?.[1]}` : ''}`)
        if (minutes < 0) demand(status === 401, `a token from the future was answered ${status}`)
      }
      await world.server.stop()
      delete world.server.environment['NODE_OPTIONS']
      await world.server.start()
      await mailbox.deliver('By the right clock')
      await wait(100)
      return answers.join(', ')
    },
  },
}

/** A module that shifts the clock of the process that loads it first. */
function clockShiftedBy(ms: number): string {
  const text = `const now = Date.now; const Real = Date; Date.now = () => now() + ${ms};
globalThis.Date = new Proxy(Real, { construct: (target, args, as) => Reflect.construct(target, args.length ? args : [now() + ${ms}], as) })`
  return `data:text/javascript,${encodeURIComponent(text)}`
}
