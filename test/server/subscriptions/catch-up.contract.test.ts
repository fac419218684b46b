import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { catchUp, firstPage } from '../../../server/subscriptions/catch-up.ts'
import { openTicks, stretchedInterval } from '../../../server/subscriptions/schedule.ts'
import { ensureSubscription } from '../../../server/subscriptions/subscribe.ts'
import { databases } from '../../support/databases.ts'
import { until } from '../../support/until.ts'
import { type Mailbox, openMailbox } from './a-mailbox.ts'

test('a listing begins ten minutes before the cursor, in whole seconds', () => {
  const query = new URL(firstPage(new Date('2026-11-24T12:00:00.987Z')), 'http://graph').searchParams
  expect(Object.fromEntries(query)).toMatchObject({
    $select: 'id',
    $filter: 'receivedDateTime ge 2026-11-24T11:50:00Z',
    $orderby: 'receivedDateTime',
  })
})

test.each([
  [100, 300_000],
  [6_000, 300_000],
  [12_000, 600_000],
])('%d mailboxes are listed every %d ms', (mailboxes, expected) => {
  expect(stretchedInterval({ catchupIntervalMs: 300_000, catchupCallsPerSecond: 20 }, mailboxes)).toBe(expected)
})

describe.each(databases)('catching up on %s', (kind) => {
  let mailbox: Mailbox
  beforeAll(async () => {
    mailbox = await openMailbox(kind)
  })
  beforeEach(() => mailbox.empty())
  afterAll(() => mailbox.stop())

  const run = () => catchUp(mailbox.deps, mailbox.connectionId)
  const deliver = async (subject: string) => (await mailbox.sandbox.graph.deliver(mailbox.camille, { subject }, { notifications: 0 })).id
  const listings = () => mailbox.sandbox.graph.ledger.entries.filter(({ path }) => path.endsWith('/messages'))
  const messageJobs = () => mailbox.takeMessages()

  test('what is in the Inbox since the cursor is kept once, oldest first, and the cursor moves', async () => {
    await mailbox.switchRecipe(true)
    const ids = [await deliver('one'), await deliver('two')]
    await mailbox.sandbox.graph.deliver(mailbox.camille, { subject: 'spam' }, { notifications: 0, folder: 'junkemail' })
    const before = await mailbox.row()
    await run()
    expect(await messageJobs()).toEqual(ids)
    expect((await mailbox.row()).cursor.getTime()).toBeGreaterThan(before.cursor.getTime())
    await run()
    expect(await messageJobs()).toEqual([])
  })

  test('more than a page is followed to its end', async () => {
    await mailbox.switchRecipe(true)
    for (let count = 0; count < 205; count += 1) await deliver(`mail ${count}`)
    await run()
    expect(await messageJobs()).toHaveLength(205)
    expect(listings()).toHaveLength(2)
  })

  test('when a page fails the cursor stays, and the mailbox is listed again soon', async () => {
    await mailbox.switchRecipe(true)
    await deliver('one')
    const before = await mailbox.row()
    mailbox.sandbox.misbehave('graph', { match: { path: /messages/ }, status: 503, headers: { 'retry-after': '2' } })
    const asked = Date.now()
    await run()
    const after = await mailbox.row()
    expect(after.cursor).toEqual(before.cursor)
    expect(after.next_catchup_at!.getTime() - asked).toBeGreaterThanOrEqual(1_900)
    mailbox.sandbox.heal()
    // Until then the mailbox is left alone, as Graph has asked.
    await until(async () => {
      await run()
      return (await messageJobs()).length === 1
    })
  })

  test('with no recipe there is no call, and the cursor moves on', async () => {
    await mailbox.switchRecipe(false)
    await deliver('one')
    const before = await mailbox.row()
    await run()
    expect(listings()).toEqual([])
    expect((await mailbox.row()).cursor.getTime()).toBeGreaterThan(before.cursor.getTime())
  })

  test('of a dead connection neither ids are listed nor the cursor moved', async () => {
    await mailbox.switchRecipe(true)
    const before = await mailbox.row()
    await mailbox.setStatus('needs-reconnect')
    await run()
    expect(listings()).toEqual([])
    expect((await mailbox.row()).cursor).toEqual(before.cursor)
  })

  test('a mailbox that nobody watches is subscribed again', async () => {
    await run()
    expect(await mailbox.takeJobs('subscribe')).toEqual([mailbox.connectionId])
    await ensureSubscription(mailbox.deps, mailbox.connectionId)
    await run()
    expect(await mailbox.takeJobs('subscribe')).toEqual([])
  })

  test('what was treated stays, what was absent or parked comes back', async () => {
    await mailbox.switchRecipe(true)
    const states = ['treated', 'queued', 'absent', 'parked'] as const
    const ids: Record<string, string> = {}
    for (const state of states) {
      ids[state] = await deliver(state)
      const { tenantId: tenant_id } = mailbox.camille
      const row = { connection_id: mailbox.connectionId, tenant_id, message_id: ids[state], state, source: 'notification' as const }
      await mailbox.db.insertInto('inbox_messages').values(row).execute()
    }
    await run()
    expect(Object.values(await mailbox.states()).toSorted()).toEqual(['queued', 'queued', 'queued', 'treated'])
    expect(await messageJobs()).toEqual([ids['queued'], ids['absent'], ids['parked']])
  })

  describe('the schedule', () => {
    const secondsFromNow = (seconds: number) => new Date(Date.now() + seconds * 1000)
    const tick = (changes = {}) => openTicks({ ...mailbox.deps, ...changes })()
    const endOfTurn = () => mailbox.db.deleteFrom('leases').execute()

    test('at its start every mailbox is due, whenever it was to be', async () => {
      await mailbox.switchRecipe(true)
      await mailbox.set({ next_catchup_at: secondsFromNow(300) })
      const ticks = openTicks({ ...mailbox.deps, catchupCallsPerSecond: 1000 })
      const jobs = await until(async () => {
        await endOfTurn()
        await ticks()
        const taken = await mailbox.takeJobs('catch-up')
        return taken.length > 0 && taken
      })
      expect(jobs).toEqual([mailbox.connectionId])
      const next = (await mailbox.row()).next_catchup_at!
      expect(next.getTime()).toBeGreaterThan(Date.now() + 200_000)
      await endOfTurn()
      await ticks()
      expect(await mailbox.takeJobs('catch-up')).toEqual([])
    })

    test('no more are listed in a second than are allowed, over all processes', async () => {
      for (let count = 0; count < 6; count += 1) {
        const id = await mailbox.insertConnection({ tenantId: mailbox.camille.tenantId, objectId: crypto.randomUUID() })
        await mailbox.switchRecipe(true, id)
      }
      await mailbox.db
        .updateTable('mailboxes')
        .set({ next_catchup_at: secondsFromNow(-10) })
        .execute()
      await Promise.all([tick({ catchupCallsPerSecond: 2 }), tick({ catchupCallsPerSecond: 2 })])
      expect(await mailbox.takeJobs('catch-up')).toHaveLength(2)
    })

    test('a mailbox that is not active is not listed, and does not stand in the way of others', async () => {
      await mailbox.switchRecipe(true)
      await mailbox.setStatus('needs-reconnect')
      await mailbox.set({ next_catchup_at: secondsFromNow(-10) })
      await tick()
      expect(await mailbox.takeJobs('catch-up')).toEqual([])
      expect((await mailbox.row()).next_catchup_at).toBeNull()
    })

    test('one without a recipe is passed over, and its cursor moves without a call', async () => {
      await mailbox.set({ next_catchup_at: secondsFromNow(-10), cursor: secondsFromNow(-100) })
      const before = await mailbox.row()
      await tick()
      expect(await mailbox.takeJobs('catch-up')).toEqual([])
      const after = await mailbox.row()
      expect(after.cursor.getTime() - before.cursor.getTime()).toBeGreaterThan(99_000)
      expect(after.next_catchup_at!.getTime()).toBeGreaterThan(Date.now() + 200_000)
    })

    test('a subscription is renewed when its half-life has passed', async () => {
      await ensureSubscription(mailbox.deps, mailbox.connectionId)
      const [row] = await mailbox.subscriptions()
      expect(await mailbox.takeJobs('renew')).toEqual([])
      await mailbox.db
        .updateTable('subscriptions')
        .set({ renew_at: secondsFromNow(-1) })
        .execute()
      expect(await mailbox.takeJobs('renew')).toEqual([row!.id])
      expect(await mailbox.takeJobs('renew')).toEqual([])
      expect((await mailbox.subscriptions())[0]!.renew_at!.getTime()).toBeGreaterThan(Date.now())
    })
  })
})
