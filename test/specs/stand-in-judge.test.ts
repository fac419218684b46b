// What the stand-in for Graph answers to whomever asks, judged by Graph's own description: also what the server never asks.
import { describe, expect, test } from '@jest/globals'
import { startSandbox } from '../../sandbox/sandbox.ts'
import { graphClient, graphToken, openListener, people } from '../sandbox/clients.ts'
import { aMail } from '../support/builders.ts'
import { openGraphJudge } from './graph-judge.ts'
import { shelfFolder } from './shelf.ts'

const folder = shelfFolder('graph')

test(`the stand-in's answers are judged by ${folder ? "Graph's own description" : 'nobody here: the description is not beside the project'}`, () => {
  expect(typeof folder).toBe(folder === undefined ? 'undefined' : 'string')
})

for (const shelf of folder === undefined ? [] : [folder])
  describe("by Graph's own description", () => {
    test('whole answers and refusals are valid', async () => {
      const judge = openGraphJudge(shelf)
      const sandbox = await startSandbox()
      const listener = await openListener()
      try {
        const { camille } = people(sandbox)
        sandbox.graph.keepBodies()
        const ask = graphClient(sandbox, await graphToken(sandbox, camille))
        const content = Buffer.from('%PDF-1.7')
        const attachments = [
          { name: 'a.pdf', contentType: 'application/pdf', content },
          { kind: 'item' as const, name: 'Forwarded', contentType: 'message/rfc822', content },
          { kind: 'reference' as const, name: 'Shared', content },
        ]
        const { ordinaryId: id } = await sandbox.graph.deliver(camille, aMail({ attachments }))
        await sandbox.graph.deliver(
          camille,
          aMail({ messageClass: 'IPM.Schedule.Meeting.Request', body: { contentType: 'text', content: 'x' } }),
        )
        const expirationDateTime = new Date(Date.now() + 3_600_000).toISOString()
        const resource = "me/mailFolders('inbox')/messages"
        const wanted = { changeType: 'created', notificationUrl: listener.url, resource, expirationDateTime, clientState: 'secret' }
        const subscription = await ask('POST', '/subscriptions', wanted)
        const listed = await ask('GET', `/me/messages/${id}/attachments`)
        const [file, item, reference]: string[] = listed.body.value.map((one: { id: string }) => encodeURIComponent(one.id))
        for (const path of [
          '/me',
          '/me/mailFolders',
          '/me/mailFolders/inbox',
          '/me/messages?$top=1',
          '/me/mailFolders/inbox/messages?$count=true',
          `/me/messages/${id}`,
          `/me/messages/${id}?$select=internetMessageHeaders,uniqueBody`,
          `/me/messages/${id}/$value`,
          `/me/messages/${id}/attachments/${file}`,
          `/me/messages/${id}/attachments/${item}?$expand=microsoft.graph.itemattachment/item`,
          `/me/messages/${id}/attachments/${reference}`,
          `/me/messages/${id}/attachments/${reference}/$value`,
          '/subscriptions',
          `/subscriptions/${subscription.body.id}`,
          '/me/messages/none',
          '/subscriptions/none',
          '/me/messages?$top=0',
          '/me/mailFolders/inbox/messages?$orderby=nothing',
        ])
          await ask('GET', path)
        await ask('PATCH', `/subscriptions/${subscription.body.id}`, { expirationDateTime })
        await ask('POST', `/subscriptions/${subscription.body.id}/reauthorize`)
        await ask('POST', '/subscriptions', wanted)
        await ask('POST', '/subscriptions', {
          ...wanted,
          changeType: 'created,updated',
          notificationUrl: `${listener.url}/none`,
          resource: '/me/events',
        })
        await graphClient(sandbox, 'not-a-token')('GET', '/me')
        await graphClient(sandbox, await graphToken(sandbox, camille, ['User.Read']))('GET', '/me/messages')
        await ask('DELETE', `/subscriptions/${subscription.body.id}`)

        const calls = sandbox.graph.ledger.entries
        expect(calls.flatMap((call) => judge.faultsOfAnswer(call).map((fault) => `${call.method} ${call.path}: ${fault}`))).toEqual([])
        expect(calls.filter((call) => judge.operationOf(call) === undefined)).toEqual([])
        expect(new Set(calls.map(({ status }) => status))).toEqual(new Set([200, 201, 204, 400, 401, 403, 404, 405, 409]))
        process.stdout.write(`Graph's description: ${calls.length} answers of the stand-in judged\n`)
      } finally {
        await listener.stop()
        await sandbox.stop()
      }
    })
  })
