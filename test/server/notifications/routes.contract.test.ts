import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { sql } from 'kysely'
import { metricsText } from '../../../server/metrics.ts'
import { ensureSubscription } from '../../../server/subscriptions/subscribe.ts'
import { databases } from '../../support/databases.ts'
import { until } from '../../support/until.ts'
import { type Mailbox, openMailbox } from '../subscriptions/a-mailbox.ts'

describe.each(databases)('where Graph calls, on %s', (kind) => {
  let mailbox: Mailbox
  let subscriptionId: string
  let clientState: string
  beforeAll(async () => {
    mailbox = await openMailbox(kind)
  })
  beforeEach(async () => {
    await mailbox.empty()
    await mailbox.switchRecipe(true)
    await ensureSubscription(mailbox.deps, mailbox.connectionId)
    const [made] = mailbox.sandbox.graph.subscriptions(mailbox.camille)
    subscriptionId = made!.id
    clientState = made!.clientState!
    await mailbox.takeJobs('catch-up')
    mailbox.sandbox.graph.ledger.clear()
  })
  afterAll(() => mailbox.stop())

  const entry = (messageId: string, changes: Record<string, unknown> = {}) => ({
    subscriptionId,
    clientState,
    changeType: 'created',
    resource: `Users/x/Messages/${messageId}`,
    resourceData: { id: messageId },
    tenantId: '00000000-0000-4000-8000-000000000009',
    ...changes,
  })
  const lifecycle = (lifecycleEvent: string) => ({ subscriptionId, clientState, lifecycleEvent })
  const post = async (...value: unknown[]) => (await mailbox.post({ value })).status
  const messageJobs = () => mailbox.takeMessages()
  const counted = async (verdict: string) =>
    Number(new RegExp(`^mailboard_notifications_total\\{verdict="${verdict}"\\} (\\d+)`, 'm').exec(await metricsText())?.[1] ?? 0)

  test('a genuine notification is kept as a job before it is answered, without a call to Graph', async () => {
    expect(await post(entry('one'))).toBe(202)
    expect(await mailbox.states()).toEqual({ one: 'queued' })
    const [row] = await mailbox.db.selectFrom('inbox_messages').selectAll().execute()
    expect(row).toMatchObject({ tenant_id: mailbox.camille.tenantId, source: 'notification', claim: null })
    expect(await messageJobs()).toEqual(['one'])
    expect(mailbox.sandbox.graph.ledger.entries).toEqual([])
  })

  test('the answer says how long it is, and the address may be a whole one', async () => {
    const { host } = new URL(mailbox.publicUrl)
    const body = JSON.stringify({ value: [entry('whole')] })
    const asked = request(mailbox.publicUrl, { method: 'POST', path: `http://${host}/graph/notifications` })
    asked.end(body)
    const [answer] = (await once(asked, 'response')) as [IncomingMessage]
    answer.resume()
    expect([answer.statusCode, answer.headers['content-length'], answer.headers['transfer-encoding']]).toEqual([202, '0', undefined])
    expect(await messageJobs()).toEqual(['whole'])
  })

  test('told again, in one posting or many at once, it is kept once', async () => {
    expect(await post(entry('one'), entry('one', { changeType: 'updated' }), entry('two'))).toBe(202)
    expect(await Promise.all(Array.from({ length: 10 }, () => post(entry('two'), entry('one'))))).toEqual(Array(10).fill(202))
    expect(await messageJobs()).toEqual(['one', 'two'])
  })

  test('what was treated is left alone, what was absent or parked is looked at again', async () => {
    await post(entry('treated'), entry('absent'), entry('parked'))
    await messageJobs()
    for (const state of ['treated', 'absent', 'parked'] as const)
      await mailbox.db.updateTable('inbox_messages').set({ state }).where('message_id', '=', state).execute()
    await post(entry('treated'), entry('absent'), entry('parked'))
    expect(await messageJobs()).toEqual(['absent', 'parked'])
  })

  test('a notification that comes before its subscription’s answer is genuine by its secret', async () => {
    await mailbox.db.updateTable('subscriptions').set({ state: 'pending', graph_id: null }).execute()
    expect(await post(entry('early'), entry('forged', { clientState: 'guess' }))).toBe(202)
    expect(await messageJobs()).toEqual(['early'])
  })

  test('the forged gets the answer of the genuine, and leaves a number behind', async () => {
    const before = [await counted('wrong-client-state'), await counted('unknown-subscription')]
    const unknown = { subscriptionId: '00000000-0000-4000-8000-000000000001' }
    expect(await post(entry('a', { clientState: 'guess' }), entry('b', unknown), entry('c'), entry('d', { clientState: null }))).toBe(202)
    expect(await messageJobs()).toEqual(['c'])
    expect([await counted('wrong-client-state'), await counted('unknown-subscription')]).toEqual([before[0]! + 2, before[1]! + 1])
    expect(await metricsText()).not.toContain(clientState)
  })

  test('without an enabled recipe it is answered and dropped', async () => {
    await mailbox.switchRecipe(false)
    expect(await post(entry('one'))).toBe(202)
    expect(await mailbox.states()).toEqual({})
  })

  test('of a connection that is going nothing is kept; of a dead one it is', async () => {
    await mailbox.setStatus('disconnecting')
    expect(await post(entry('one'), lifecycle('missed'))).toBe(202)
    await mailbox.setStatus('needs-reconnect')
    expect(await post(entry('two'))).toBe(202)
    expect(await mailbox.states()).toEqual({ two: 'queued' })
    expect(await mailbox.takeJobs('catch-up')).toEqual([])
  })

  test.each([
    ['missed', { 'catch-up': 1, renew: 0, subscribe: 0 }, 'active'],
    ['reauthorizationRequired', { 'catch-up': 1, renew: 1, subscribe: 0 }, 'active'],
    ['subscriptionRemoved', { 'catch-up': 0, renew: 0, subscribe: 1 }, 'removed'],
  ])('the lifecycle event %s becomes jobs', async (event, expected, state) => {
    const path = '/graph/lifecycle'
    const forged = { ...lifecycle(event), clientState: 'guess' }
    expect((await mailbox.post({ value: [forged] }, { path })).status).toBe(202)
    expect((await mailbox.subscriptions())[0]?.state).toBe('active')
    expect((await mailbox.post({ value: [lifecycle(event), lifecycle(event)] }, { path })).status).toBe(202)
    expect((await mailbox.post({ value: [lifecycle(event)] }, { path })).status).toBe(202)
    const jobs: Record<string, number> = {}
    for (const queue of ['catch-up', 'renew', 'subscribe'] as const) jobs[queue] = (await mailbox.takeJobs(queue)).length
    expect(jobs).toEqual(expected)
    expect((await mailbox.subscriptions())[0]?.state).toBe(state)
  })

  test('what cannot be kept is answered 503, and kept when it is told again', async () => {
    await sql`alter table inbox_messages add constraint no_poison check (message_id <> 'poison')`.execute(mailbox.db)
    try {
      const [bad, good] = await Promise.all([mailbox.post({ value: [entry('poison')] }), mailbox.post({ value: [entry('fine')] })])
      expect([bad.status, good.status]).toEqual([503, 202])
      expect(JSON.parse(bad.text)).toMatchObject({ code: 'service-unavailable' })
    } finally {
      await sql`alter table inbox_messages drop constraint no_poison`.execute(mailbox.db)
    }
    expect(await messageJobs()).toEqual(['fine'])
    expect(await post(entry('poison'))).toBe(202)
  })

  test('the malformed is refused with a problem, whatever its form', async () => {
    const cases: [unknown, number][] = [
      ['{"value": [', 400],
      ['', 400],
      ['[]', 400],
      ['{}', 400],
      ['{"value": {}}', 400],
      ['null', 400],
      [Buffer.from([0x7b, 0xff, 0x7d]), 400],
      [`{"value": [], "more": "${'x'.repeat(4.5 * 1024 * 1024)}"}`, 413],
      ['{"value": []}', 202],
      ['{"value": [null, 5, {}]}', 202],
      [JSON.stringify({ value: Array.from({ length: 1000 }, (_, index) => entry(`m${index}`, { subscriptionId: `s${index}` })) }), 202],
      [JSON.stringify({ value: Array.from({ length: 1001 }, (_, index) => entry(`m${index}`, { subscriptionId: `s${index}` })) }), 413],
    ]
    for (const [body, status] of cases) {
      const answer = await mailbox.post(body)
      expect([String(body).slice(0, 40), answer.status]).toEqual([String(body).slice(0, 40), status])
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      if (status !== 202) expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/)
    }
    expect(await mailbox.states()).toEqual({})
  })

  test('only POST is taken, and the handshake repeats the decoded token as text', async () => {
    const token = 'Validation: <script>é</script> +1 & more'
    const path = `/graph/lifecycle?validationToken=${encodeURIComponent(token)}`
    const answer = await mailbox.post('', { path })
    expect([answer.status, answer.text, answer.headers.get('content-type'), answer.headers.get('x-content-type-options')]).toEqual([
      200,
      token,
      'text/plain; charset=utf-8',
      'nosniff',
    ])
    expect((await mailbox.post('', { path: '/graph/lifecycle?validationToken=a?b?c' })).text).toBe('a?b?c')
    const got = await mailbox.post('', { path, method: 'GET' })
    expect([got.status, got.headers.get('allow'), got.text.includes('script')]).toEqual([405, 'POST', false])
    expect((await mailbox.post('', { path: `/graph/notifications?validationToken=${'é'.repeat(1024)}` })).status).toBe(200)
    expect((await mailbox.post('', { path: `/graph/notifications?validationToken=${'é'.repeat(1024)}x` })).status).toBe(413)
    expect((await mailbox.post('', { path: '/graph/notifications?validationToken=a&validationToken=b' })).status).toBe(400)
  })

  test('a mail that Graph announces ends as a job', async () => {
    const { id } = await mailbox.sandbox.graph.deliver(mailbox.camille, { subject: 'hello' }, { notifications: 2 })
    await until(() => mailbox.sandbox.graph.idle())
    expect(await messageJobs()).toEqual([id])
  })
})
