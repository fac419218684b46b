import { createHash } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { ConnectionLost } from '../../../server/connections/access-token.ts'
import { markNeedsReconnect } from '../../../server/connections/connection-store.ts'
import { askForSubscription } from '../../../server/mailboxes/due-mailboxes.ts'
import { asSystem } from '../../../server/people/unit-of-work.ts'
import { renewSubscription } from '../../../server/subscriptions/renew.ts'
import { catchUp } from '../../../server/subscriptions/catch-up.ts'
import { ensureSubscription, removeSubscriptions } from '../../../server/subscriptions/subscribe.ts'
import { databases } from '../../support/databases.ts'
import { unrecorded } from '../../support/unrecorded.ts'
import { until } from '../../support/until.ts'
import { type Mailbox, openMailbox } from './a-mailbox.ts'

describe.each(databases)('subscriptions on %s', (kind) => {
  let mailbox: Mailbox
  beforeAll(async () => {
    mailbox = await openMailbox(kind)
  })
  beforeEach(() => mailbox.empty())
  afterAll(() => mailbox.stop())

  const ensure = () => ensureSubscription(mailbox.deps, mailbox.connectionId)
  const atGraph = () => mailbox.sandbox.graph.subscriptions(mailbox.camille)
  const calls = (method: string) => mailbox.sandbox.graph.ledger.entries.filter((call) => call.method === method)

  test('one is made for the Inbox, with a secret of which only the hash is kept', async () => {
    await ensure()
    const [made] = atGraph()
    expect(made).toMatchObject({
      resource: `me/mailFolders('inbox')/messages`,
      changeTypes: ['created'],
      notificationUrl: `${mailbox.publicUrl}/graph/notifications`,
      lifecycleNotificationUrl: `${mailbox.publicUrl}/graph/lifecycle`,
      immutableIds: true,
      clientState: expect.stringMatching(/^[\w-]{43}$/),
    })
    const [row] = await mailbox.subscriptions()
    expect(row).toMatchObject({ graph_id: made?.id, state: 'active', connection_id: mailbox.connectionId })
    expect(row?.client_state_hash).toEqual(createHash('sha256').update(made!.clientState!).digest())
    expect(await mailbox.takeJobs('catch-up')).toEqual([mailbox.connectionId])
  })

  test('its life is what Graph grants, and half of it passes before it is renewed', async () => {
    mailbox.sandbox.graph.setSubscriptionLifetime(4230)
    await ensure()
    mailbox.sandbox.graph.setSubscriptionLifetime(10_080)
    const [row] = await mailbox.subscriptions()
    const minutesUntil = (date: Date | null) => Math.round((date!.getTime() - Date.now()) / 60_000)
    expect([minutesUntil(row!.expires_at), minutesUntil(row!.renew_at)]).toEqual([4230, 2115])
  })

  test('the row is committed before Graph is asked', async () => {
    const late = mailbox.sandbox.misbehave('graph', { match: { method: 'POST', path: /subscriptions$/ }, delayAnswerMs: 60_000 })
    const making = ensure()
    await until(() => atGraph().length === 1)
    expect(await mailbox.subscriptions()).toMatchObject([{ state: 'pending', graph_id: null }])
    late.clear()
    await making
    expect(await mailbox.subscriptions()).toMatchObject([{ state: 'active' }])
  })

  test('asked for twice at once, one is made and then renewed', async () => {
    await Promise.all([ensure(), ensure()])
    expect(atGraph()).toHaveLength(1)
    expect(calls('POST')).toHaveLength(1)
    expect(calls('PATCH')).toHaveLength(1)
  })

  test('one whose answer was lost gives way to the next', async () => {
    mailbox.sandbox.misbehave('graph', { match: { method: 'POST', path: /subscriptions$/ }, times: 1, dropAnswerAfterEffect: true })
    await expect(ensure()).rejects.toMatchObject({ status: 0 })
    expect(await mailbox.subscriptions()).toMatchObject([{ state: 'pending' }])
    await ensure()
    expect(atGraph()).toHaveLength(1)
    const rows = await mailbox.subscriptions()
    expect(rows.map(({ state }) => state)).toEqual(['removed', 'active'])
    expect(rows[1]?.graph_id).toBe(atGraph()[0]?.id)
  })

  test('one that Graph refuses leaves no row', async () => {
    mailbox.sandbox.misbehave('graph', { match: { method: 'POST', path: /subscriptions$/ }, status: 403, times: 1 })
    await ensure()
    expect(await mailbox.subscriptions()).toEqual([])
  })

  const refuse = (status: number, method = 'POST') =>
    mailbox.sandbox.misbehave('graph', { match: { method, path: /subscriptions/ }, status })
  const secondsUntil = async () => {
    const { subscribe_at: at } = await mailbox.row()
    return at === null ? null : (at.getTime() - Date.now()) / 1000
  }
  const isDue = () => mailbox.set({ subscribe_at: new Date(Date.now() - 1000) })
  const nothing = { refusals: 0, subscribe_at: null, refused_status: null }

  test.each([403, 404])(
    'A passing %d of Graph at subscribing: it is asked again within a minute, not at the next interval',
    async (status) => {
      const refusal = refuse(status)
      for (let times = 1; times <= 6; times += 1) {
        await ensure()
        expect((await mailbox.row()).refusals).toBe(times)
        expect((await mailbox.shown())?.reason).toEqual({ code: 'subscription-refused', params: { status: String(status) } })
        expect(await secondsUntil()).toBeLessThanOrEqual(60)
      }
      expect(await mailbox.takeJobs('subscribe')).toEqual([])

      refusal.clear()
      await isDue()
      expect(await mailbox.takeJobs('subscribe')).toEqual([mailbox.connectionId])
      await ensure()
      expect(await mailbox.row()).toMatchObject(nothing)
      expect((await mailbox.shown())?.reason).toBeNull()
      expect(await mailbox.subscriptions()).toMatchObject([{ state: 'active' }])
      expect(await mailbox.takeJobs('catch-up')).toHaveLength(1)
    },
  )

  test('a refusal that lasts is met less often, and no catch-up asks in between', async () => {
    refuse(403)
    for (let times = 1; times <= 30; times += 1) await ensure()
    expect(await secondsUntil()).toBeGreaterThan(200)
    expect(await secondsUntil()).toBeLessThanOrEqual(300)

    await catchUp(mailbox.deps, mailbox.connectionId)
    expect(await mailbox.takeJobs('subscribe')).toEqual([])
  })

  test('who asks for a subscription while one is being made is heard, and a refusal of before forgotten', async () => {
    refuse(403).clear()
    await mailbox.db.updateTable('mailboxes').set({ refusals: 3, refused_status: 403 }).execute()
    await asSystem(mailbox.db, (trx) => askForSubscription(trx, [mailbox.connectionId]))
    await ensure()
    expect(await mailbox.row()).toMatchObject({ refusals: 0, refused_status: null })
    expect(await mailbox.takeJobs('subscribe')).toEqual([mailbox.connectionId])
    expect(await mailbox.takeJobs('subscribe')).toEqual([])
  })

  test('a dead connection is not asked for again, and says why it is dead', async () => {
    refuse(403)
    await ensure()
    await isDue()
    await markNeedsReconnect(mailbox.db, mailbox.connectionId, 'revoked')
    expect(await mailbox.takeJobs('subscribe')).toEqual([mailbox.connectionId])
    mailbox.sandbox.graph.ledger.clear()
    await ensure()
    expect(calls('POST')).toEqual([])
    expect(await secondsUntil()).toBeNull()
    expect(await mailbox.shown()).toMatchObject({ status: 'needs-reconnect', reason: { code: 'revoked' } })
  })

  test('a renewal that Graph refuses for a moment is tried again within a minute too', async () => {
    await ensure()
    const [row] = await mailbox.subscriptions()
    const refusal = refuse(403, 'PATCH')
    await renewSubscription(mailbox.deps, row!.id)
    expect(await secondsUntil()).toBeLessThanOrEqual(60)
    refusal.clear()
    await ensure()
    expect(await mailbox.row()).toMatchObject(nothing)
    expect(atGraph()).toHaveLength(1)
  })

  test('what Graph has forgotten is made anew when it is renewed, and then caught up', async () => {
    await ensure()
    await mailbox.takeJobs('catch-up')
    const [row] = await mailbox.subscriptions()
    await renewSubscription(mailbox.deps, row!.id)
    expect(calls('PATCH').map(({ status }) => status)).toEqual([200])
    expect(await mailbox.takeJobs('catch-up')).toEqual([])

    mailbox.sandbox.graph.removeSubscription(mailbox.camille)
    await renewSubscription(mailbox.deps, row!.id)
    expect((await mailbox.subscriptions()).map(({ state }) => state)).toEqual(['removed', 'active'])
    expect(await mailbox.takeJobs('catch-up')).toHaveLength(1)
  })

  test('of a dead connection nothing is asked, and its subscription is left to run out', async () => {
    await ensure()
    const [row] = await mailbox.subscriptions()
    await mailbox.setStatus('needs-reconnect')
    mailbox.sandbox.graph.ledger.clear()
    await renewSubscription(mailbox.deps, row!.id)
    await ensure()
    expect(mailbox.sandbox.graph.ledger.entries).toEqual([])
    expect((await mailbox.subscriptions())[0]?.renew_at).toBeNull()
    await mailbox.setStatus('active')
    await ensure()
    expect(calls('PATCH')).toHaveLength(1)
    expect((await mailbox.subscriptions())[0]?.renew_at).not.toBeNull()
  })

  test('a connection that is lost meanwhile ends the job quietly', async () => {
    const lost = { ...mailbox.deps.openMailbox('x', unrecorded.purpose), post: () => Promise.reject(new ConnectionLost('revoked')) }
    await ensureSubscription({ ...mailbox.deps, openMailbox: () => lost }, mailbox.connectionId)
    expect(atGraph()).toEqual([])
  })

  test('all of ours are removed, and none of others', async () => {
    await ensure()
    const graph = mailbox.deps.openMailbox(mailbox.connectionId, unrecorded.purpose)
    const foreign = {
      changeType: 'updated',
      notificationUrl: `${mailbox.publicUrl}/graph/notifications?of=another`,
      resource: '/me/messages',
      expirationDateTime: new Date(Date.now() + 3_600_000).toISOString(),
    }
    await graph.post('/subscriptions', foreign)
    expect(await removeSubscriptions(mailbox.deps, mailbox.connectionId)).toBe(1)
    expect(atGraph().map(({ changeTypes }) => changeTypes)).toEqual([['updated']])
    expect((await mailbox.subscriptions()).map(({ state }) => state)).toEqual(['removed'])
    expect(await removeSubscriptions(mailbox.deps, mailbox.connectionId)).toBe(0)
  })
})
