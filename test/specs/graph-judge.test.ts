// The server's calls of Graph, and the stand-in's answers to them, judged by Graph's own description where it is at hand.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { fields } from '../../recipes/conditions/fields.ts'
import { aBoard, aMail, aRecipe, createItemOn, untilItems } from '../support/builders.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'
import { type GraphJudge, openGraphJudge } from './graph-judge.ts'
import { shelfFolder } from './shelf.ts'

const folder = shelfFolder('graph')

const wrongRequests = [
  ['a path that is not described', { method: 'GET', path: '/me/calendars' }],
  ['a method that is not described', { method: 'PUT', path: '/subscriptions/1' }],
  ['an unknown query option', { method: 'GET', path: '/me', query: { $selct: 'id' } }],
  ['an unknown property to select', { method: 'GET', path: '/me/messages/1', query: { $select: 'id,body.content' } }],
  ['a page size in words', { method: 'GET', path: '/me/messages', query: { $top: 'ten' } }],
  ['a property that a subscription does not have', subscriptionWith({ resourceUrl: '/me/messages' })],
  ['a date that is none', subscriptionWith({ expirationDateTime: 'tomorrow' })],
] as const

const wrongAnswers = [
  ['a date in words', { receivedDateTime: 'hier' }],
  ['a boolean in words', { isRead: 'oui' }],
  ['an unknown word', { importance: 'urgent' }],
  ['an object for a list', { toRecipients: { emailAddress: { address: 'a@example.com' } } }],
  ['a body of another form', { body: { text: 'a', contentType: 'text' } }],
] as const

test(`Graph's calls are judged by ${folder ? "Graph's own description" : 'nobody here: the description is not beside the project'}`, () => {
  expect(folder === undefined || readFileSync(`${folder}openapi-subset.yaml`, 'utf8').startsWith('openapi: 3.0')).toBe(true)
})

for (const shelf of folder === undefined ? [] : [folder])
  describe("by Graph's own description", () => {
    const judge = openGraphJudge(shelf)

    test('what the server asks and what it is answered are valid, from connecting to disconnecting', async () => {
      await using world = await startWorld({ database: 'pglite', env: { CATCHUP_INTERVAL: '1s' } })
      world.sandbox.graph.keepBodies()
      await liveThrough(world)

      const calls = world.sandbox.graph.ledger.entries
      expect(calls.flatMap((call) => judge.faultsOfRequest(call).map((fault) => `${call.method} ${call.path}: ${fault}`))).toEqual([])
      expect(calls.flatMap((call) => judge.faultsOfAnswer(call).map((fault) => `${call.method} ${call.path}: ${fault}`))).toEqual([])
      expect([...new Set(calls.map((call) => `${judge.operationOf(call)} ${call.status}`))].toSorted()).toEqual([
        'DELETE /subscriptions/{subscription-id} 204',
        'GET /me 200',
        'GET /me/mailFolders/{mailFolder-id} 200',
        'GET /me/mailFolders/{mailFolder-id}/messages 200',
        'GET /me/mailFolders/{mailFolder-id}/messages/{message-id} 200',
        'GET /me/messages/{message-id} 200',
        'GET /me/messages/{message-id} 404',
        'GET /me/messages/{message-id} 429',
        'GET /me/messages/{message-id}/attachments 200',
        'GET /me/messages/{message-id}/attachments/{attachment-id}/$value 200',
        'GET /subscriptions 200',
        'PATCH /subscriptions/{subscription-id} 200',
        'POST /subscriptions 201',
      ])
      const posted = world.sandbox.graph.notifications.entries
      expect(posted.length).toBeGreaterThanOrEqual(3)
      expect(posted.flatMap(({ body }) => judge.faultsOfType('microsoft.graph.changeNotificationCollection', body))).toEqual([])
      process.stdout.write(`Graph's description: ${calls.length} calls and ${posted.length} notifications judged\n`)
    })

    test.each(wrongRequests)('the judge refuses %s', (_what, call) => {
      expect(judge.faultsOfRequest({ query: {}, status: 200, ...call })).not.toEqual([])
    })

    test.each(wrongAnswers)('the judge refuses an answer with %s', (_what, answer) => {
      expect(faultsOfMessage(judge, answer)).not.toEqual([])
    })

    test('a mail to be sent is valid in the spelling of the documentation', () => {
      const faults = (importance: string) => {
        const toRecipients = [{ emailAddress: { address: 'a@example.com' } }]
        const message = { subject: 'Hello', body: { contentType: 'html', content: '<p>Hello</p>' }, toRecipients, importance }
        const bodies = { request: { message, saveToSentItems: true }, answer: undefined }
        return judge.faultsOfRequest({ method: 'POST', path: '/me/sendMail', query: {}, status: 202, bodies })
      }
      expect(faults('normal')).toEqual([])
      expect(faults('urgent')).not.toEqual([])
    })
  })

function subscriptionWith(request: Record<string, unknown>) {
  return { method: 'POST', path: '/subscriptions', bodies: { request: { changeType: 'created', ...request }, answer: undefined } }
}

function faultsOfMessage(judge: GraphJudge, answer: unknown): string[] {
  return judge.faultsOfAnswer({ method: 'GET', path: '/me/messages/1', query: {}, status: 200, bodies: { request: undefined, answer } })
}

/** Everything that the server asks of Graph, once at least. */
async function liveThrough(world: World): Promise<void> {
  const { graph } = world.sandbox
  const api = world.api(world.camille)
  await world.connect(world.camille, { catchUp: 'all' })
  const board = await aBoard(api)
  await aRecipe(api, board, { conditions: { any: everyField }, actions: [createItemOn(board, { update: words, attachments: 'files' })] })

  const content = Buffer.from('%PDF-1.7')
  const attachments = [
    { name: 'invoice.pdf', contentType: 'application/pdf', content },
    { name: 'logo.png', contentType: 'image/png', content, isInline: true, contentId: 'logo' },
    { kind: 'item' as const, name: 'Forwarded', contentType: 'message/rfc822', content },
  ]
  const headers = [{ name: 'X-Ticket', value: '12' }]
  const someone = { name: 'Someone', address: 'someone@example.com' }
  world.sandbox.misbehave('graph', { match: { path: /\/me\/messages\// }, times: 1, status: 429, headers: { 'Retry-After': '0.1' } })
  await graph.deliver(world.camille, aMail({ attachments, headers, cc: [someone], replyTo: [someone], categories: ['Red'] }))
  await graph.deliver(
    world.camille,
    aMail({ subject: 'Meeting', messageClass: 'IPM.Schedule.Meeting.Request', sender: someone, from: null }),
  )
  // Its notification is lost: a listing finds it.
  await graph.deliver(world.camille, aMail({ body: { contentType: 'text', content: 'Plain' } }), { notifications: 0 })
  await untilItems(api, board, 3)

  graph.hold()
  const gone = await graph.deliver(world.camille, aMail())
  graph.remove(world.camille, gone.id)
  graph.release()
  graph.lifecycle(world.camille, 'reauthorizationRequired')
  await until(() => graph.ledger.entries.some(({ method }) => method === 'PATCH'))
  await world.untilIdle()

  await api.call('disconnect', { params: { provider: 'microsoft' } })
  await until(() => graph.subscriptions(world.camille).length === 0)
  await world.untilIdle()
}

const operatorOf = {
  text: { operator: 'contains', values: ['a'] },
  address: { operator: 'contains', values: ['a'] },
  header: { operator: 'contains', values: ['a'], name: 'X-Ticket' },
  choice: { operator: 'is', values: ['normal'] },
  flag: { operator: 'is', values: [true] },
  size: { operator: 'at-least', values: [0] },
}
const everyField = Object.entries(fields).map(([field, { kind }]) => ({ field, ...operatorOf[kind] }))

const words = '{{ message.body.html }} {{ message.webLink }} {{ message.receivedAt }}'
