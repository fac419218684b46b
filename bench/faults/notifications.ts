import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { changeNotification } from '../../sandbox/graph/notifier.ts'
import { until } from '../../test/support/until.ts'
import type { Mailbox } from '../harness/mailbox.ts'
import type { World } from '../harness/world.ts'
import { demand, type Faults } from './fault.ts'

const at = (world: World) => `${world.url}/graph/notifications`

function notificationOf(world: World, { person }: Mailbox, messageId: string): Record<string, unknown> {
  const [subscription] = world.sandbox.graph.subscriptions(person)
  const message = world.sandbox.graph.mailbox(person).message(messageId)
  if (!subscription || !message) throw new Error('There is nothing to announce.')
  return changeNotification(subscription, message, 'created')
}

/** How long it takes until something holds, in seconds. */
async function secondsUntil(condition: () => unknown, ms: number): Promise<string> {
  const startedAt = Date.now()
  await until(condition, ms)
  return ((Date.now() - startedAt) / 1000).toFixed(1)
}

export const notificationFaults: Faults = {
  F1: {
    title: 'one notification a thousand times, over two replicas, and again five hours afterwards',
    roles: ['all', 'all'],
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { id } = await mailbox.deliver('Again and again', { notifications: 2 })
      const body = { value: [notificationOf(world, mailbox, id)] }
      const startedAt = Date.now()
      const took: number[] = []
      for (let round = 0; round < 10; round += 1)
        await Promise.all(
          Array.from({ length: 100 }, async (_, index) => {
            const from = Date.now()
            const status = await world.sandbox.graph.post(`${world.replicas[index % 2]?.url}/graph/notifications`, body)
            demand(status === 202, `answered ${status}`)
            took.push(Date.now() - from)
          }),
        )
      await world.settled()
      await world.query.rows(
        `update inbox_messages set seen_at = seen_at - interval '5 hours', treated_at = treated_at - interval '5 hours'`,
      )
      await world.query.rows(`update runs set started_at = started_at - interval '5 hours', finished_at = finished_at - interval '5 hours'`)
      demand((await world.sandbox.graph.post(at(world), body)) === 202, 'the late one was not taken')
      demand(Math.max(...took) < 3000, `slowest answer ${Math.max(...took)} ms`)
      return `slowest answer ${Math.max(...took)} ms, ${Date.now() - startedAt} ms in all`
    },
  },
  F2: {
    title: 'out of order: the reply before the first email, updated before created',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph } = world.sandbox
      graph.hold()
      const conversation = randomUUID()
      const { id } = await mailbox.deliver('First', { mail: { conversationId: conversation } })
      graph.markRead(mailbox.person, id)
      await mailbox.deliver('Re: First', { mail: { conversationId: conversation } })
      graph.release('reversed')
    },
  },
  F3: {
    title: 'every tenth notification is lost',
    settings: { CATCHUP_INTERVAL: '1s' },
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      for (let index = 0; index < 40; index += 1) await mailbox.deliver(`Mail ${index}`, { notifications: index % 10 === 3 ? 0 : 1 })
      return `all items after ${await secondsUntil(() => mailbox.isComplete(), world.within(60_000))} s`
    },
  },
  F4: {
    title: 'Graph reports missed notifications',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      await mailbox.deliver('Missed', { notifications: 0 })
      const { graph } = world.sandbox
      graph.ledger.clear()
      graph.lifecycle(mailbox.person, 'missed')
      const seconds = await secondsUntil(() => graph.ledger.entries.some(({ path }) => path.endsWith('/messages')), 30_000)
      return `listed after ${seconds} s`
    },
  },
  F5: {
    title: 'Graph removes the subscription',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph } = world.sandbox
      const [before] = graph.subscriptions(mailbox.person)
      await mailbox.deliver('In the gap', { notifications: 0 })
      graph.lifecycle(mailbox.person, 'subscriptionRemoved')
      const seconds = await secondsUntil(() => graph.subscriptions(mailbox.person).some(({ id }) => id !== before?.id), 60_000)
      await mailbox.deliver('Afterwards')
      return `a new one after ${seconds} s`
    },
  },
  F6: {
    title: 'Graph asks for reauthorization; then again with a dead token',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph, entra } = world.sandbox
      graph.ledger.clear()
      graph.lifecycle(mailbox.person, 'reauthorizationRequired')
      const renewed = () =>
        graph.ledger.entries.some(({ method, path, status }) => path.startsWith('/subscriptions') && method !== 'GET' && status === 200)
      const seconds = await secondsUntil(renewed, 60_000)
      entra.revoke(mailbox.person)
      entra.expireAccessTokens(mailbox.person)
      graph.lifecycle(mailbox.person, 'reauthorizationRequired')
      const told = await secondsUntil(async () => (await mailbox.status()) === 'needs-reconnect', 60_000)
      return `renewed after ${seconds} s, lost permission reported after ${told} s`
    },
  },
  F7: {
    title: 'down for eight days: subscription and tokens expire, 240 emails arrive, more than one page of a listing',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph } = world.sandbox
      await world.server.stop()
      graph.removeSubscription(mailbox.person)
      await world.query.rows(`update subscriptions set expires_at = now() - interval '5 days', renew_at = now() - interval '6 days'`)
      await world.query.rows(`update mailboxes set cursor = now() - interval '8 days', next_catchup_at = now() - interval '8 days'`)
      await world.query.rows(`update recipes set enabled_at = now() - interval '9 days'`)
      world.sandbox.entra.expireAccessTokens(mailbox.person)
      const hourMs = 3_600_000
      for (let number = 1; number < 240; number += 1)
        await mailbox.deliver(`While away ${number}`, {
          mail: { receivedAt: new Date(Date.now() - 8 * 24 * hourMs + number * 0.8 * hourMs) },
        })
      const older = new Date(Date.now() - 10 * 24 * hourMs)
      await mailbox.deliver('From before the recipe, unwanted', { mail: { receivedAt: older }, expect: 0 })
      await world.server.start()
      const seconds = await secondsUntil(() => graph.subscriptions(mailbox.person).length === 1, world.within(60_000))
      await until(() => mailbox.isComplete(), world.within(120_000))
      return `a new one ${seconds} s after the start`
    },
  },
  F8: {
    title: 'an orphan subscription at Graph, which answers 409 to ours',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph } = world.sandbox
      await world.query.rows(`update subscriptions set state = 'removed', graph_id = null`)
      await world.query.rows(`delete from subscriptions`)
      graph.lifecycle(mailbox.person, 'missed')
      await world.query.rows(`update mailboxes set next_catchup_at = now()`)
      await mailbox.deliver('Told by an orphan', { notifications: 1 })
      const ours = async () =>
        (await world.query.rows(`select graph_id from subscriptions where state = 'active'`)).map((row) => row['graph_id'])
      const same = async () => {
        const [known] = await ours()
        const there = graph.subscriptions(mailbox.person)
        return known !== undefined && there.length === 1 && there[0]?.id === known
      }
      const seconds = await secondsUntil(same, world.within(60_000))
      demand(
        graph.ledger.entries.some(({ method, path, status }) => method === 'POST' && path === '/subscriptions' && status === 409),
        'Graph has not answered 409',
      )
      return `one again after ${seconds} s`
    },
  },
  F11: {
    title: 'unknown subscription, wrong clientState, nine forged ones in a batch with a genuine one',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const { graph } = world.sandbox
      const { id } = await mailbox.deliver('The good one', { notifications: 0 })
      const good = notificationOf(world, mailbox, id)
      const other = await mailbox.deliver('Never announced, unwanted', { notifications: 0, expect: 0 })
      const forged = notificationOf(world, mailbox, other.id)
      graph.ledger.clear()
      const bad = [
        { ...forged, subscriptionId: randomUUID() },
        { ...forged, clientState: 'x'.repeat(43) },
        { ...forged, clientState: undefined },
        { ...forged, clientState: 1 },
        { ...forged, subscriptionId: null },
        { ...forged, clientState: '', resourceData: { id: '../../users/other' } },
        { ...forged, resourceData: null },
        { ...forged, changeType: 7 },
        'nothing',
      ]
      for (const one of bad) demand((await graph.post(at(world), { value: [one] })) === 202, 'a bad one was not answered 202')
      await wait(300)
      demand(graph.ledger.entries.length === 0, 'a forged notification caused a call of Graph')
      demand((await graph.post(at(world), { value: [...bad, good] })) === 202, 'the batch was not answered 202')
      await world.settled()
      demand((await world.query.count('select count(*) from inbox_messages')) === 1, 'a forged notification was kept')
    },
  },
  F50: {
    title: 'bodies that are not notifications',
    async inject(world) {
      const mailbox = await world.mailbox('camille')
      const post = async (body: string, type = 'application/json') =>
        (await fetch(at(world), { method: 'POST', headers: { 'content-type': type }, body })).status
      const statuses = [
        await post('{"value":['),
        await post(''),
        await post('[]'),
        await post('{}'),
        await post('{"value":1}'),
        await post(`${'['.repeat(50_000)}${']'.repeat(50_000)}`),
        await post('value=1', 'application/x-www-form-urlencoded'),
        await post(`{"value":${JSON.stringify(Array.from({ length: 5000 }, () => ({ subscriptionId: randomUUID() })))}}`),
      ]
      demand(
        statuses.every((status) => [202, 400, 413, 415].includes(status)),
        statuses.join(' '),
      )
      await mailbox.deliver('Good traffic')
      return `answered ${statuses.join(' ')}`
    },
  },
}
