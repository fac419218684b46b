import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { startSandbox, type Sandbox } from '../../sandbox/sandbox.ts'
import { ask, type Answer, graphClient, graphToken, people } from './clients.ts'

let sandbox: Sandbox
let camille: Person
let ruth: Person
let get: ReturnType<typeof graphClient>
let token: string
let delivered: { id: string; ordinaryId: string }

const immutable = { prefer: 'IdType="ImmutableId"' }

beforeAll(async () => {
  sandbox = await startSandbox({ serverUrl: 'http://localhost:3000' })
  ;({ camille, ruth } = people(sandbox))
  token = await graphToken(sandbox, camille)
  get = graphClient(sandbox, token)
  delivered = await sandbox.graph.deliver(camille, {
    subject: 'Invoice 7',
    from: { name: 'Shop', address: 'shop@example.com' },
    body: { contentType: 'html', content: '<p>Total: <b>12</b></p>' },
    sensitivity: 'private',
    headers: [{ name: 'List-Id', value: '<x>' }],
    attachments: [
      { name: 'a.txt', contentType: 'text/plain', content: Buffer.from('hello') },
      { name: 'mail', kind: 'item', contentType: 'message/rfc822', content: Buffer.from('Subject: x\r\n\r\n') },
      { name: 'cloud', kind: 'reference', content: Buffer.alloc(0) },
    ],
  })
})
afterAll(() => sandbox.stop())

describe('who may call', () => {
  test.each([
    ['no token', {}, 'Access token is empty.'],
    ['an unknown token', { authorization: 'Bearer made-up' }, 'CompactToken parsing failed.'],
  ])('%s is refused', async (_name, headers, message) => {
    const answer = await ask(`${sandbox.url}/v1.0/me`, { headers })
    expect(answer.status).toBe(401)
    expect(answer.body.error).toMatchObject({ code: 'InvalidAuthenticationToken', message })
    expect(answer.body.error.innerError['request-id']).toBe(answer.headers.get('request-id'))
  })

  test('the token for our own API is refused', async () => {
    const own = await sandbox.entra.accessToken(camille)
    expect((await graphClient(sandbox, own)('GET', '/me')).status).toBe(401)
  })

  test('an expired token is refused', async () => {
    sandbox.entra.setAccessTokenLifetime(0)
    const expired = graphClient(sandbox, await graphToken(sandbox, camille))
    sandbox.entra.setAccessTokenLifetime(3600)
    expect((await expired('GET', '/me')).body.error.message).toContain('expired')
  })

  test.each([
    ['/me', ['Mail.Read']],
    ['/me/mailFolders/inbox', ['User.Read']],
    ['/me/messages', ['User.Read']],
    ['/me/messages/ID/attachments', ['Mail.ReadBasic']],
    ['/me/messages/ID?$select=body', ['Mail.ReadBasic']],
    ['/subscriptions', ['User.Read']],
  ])('%s is refused with %s alone', async (path, permissions) => {
    const weak = graphClient(sandbox, await graphToken(sandbox, camille, permissions))
    const answer = await weak('GET', path.replace('ID', delivered.id))
    expect([answer.status, answer.body.error.code]).toEqual([403, 'ErrorAccessDenied'])
  })

  test('another person’s mail is not found, and their mailbox refused', async () => {
    const stranger = graphClient(sandbox, await graphToken(sandbox, ruth))
    expect((await stranger('GET', `/me/messages/${delivered.id}`)).status).toBe(404)
    expect((await stranger('GET', `/users/${camille.objectId}/messages/${delivered.id}`)).status).toBe(403)
    expect((await get('GET', `/users/${camille.objectId}/messages/${delivered.id}`)).status).toBe(200)
  })

  test('a fifth call at once on one mailbox is throttled', async () => {
    const slow = sandbox.misbehave('graph', { delayMs: 300 })
    const answers = await Promise.all(Array.from({ length: 6 }, () => get('GET', '/me')))
    slow.clear()
    expect(answers.map(({ status }) => status).toSorted((one, other) => one - other)).toEqual([200, 200, 200, 200, 429, 429])
    const refused = answers.find(({ status }) => status === 429)!
    expect(refused.body.error).toMatchObject({ code: 'ApplicationThrottled' })
    expect(refused.headers.get('retry-after')).toBe('1')
  })
})

describe('what is asked', () => {
  test.each([
    ['/me/messages/ID?$select=subject,nonsense', 400, 'RequestBroker--ParseUri'],
    ['/me/messages/ID?$search=x', 400, 'BadRequest'],
    ['/me/messages/ID?$expand=sender', 400, 'RequestBroker--ParseUri'],
    ['/me/messages/ID?$expand=singleValueExtendedProperties', 400, 'BadRequest'],
    [`/me/messages/ID?$expand=singleValueExtendedProperties($filter=id eq 'nonsense')`, 400, 'ErrorInvalidPropertyId'],
    ['/me/messages/short', 400, 'ErrorInvalidIdMalformed'],
    [`/me/messages/AAMkADA${'x'.repeat(60)}=`, 404, 'ErrorItemNotFound'],
    ['/me/mailFolders/nowhere', 400, 'ErrorInvalidIdMalformed'],
    ['/me/mailFolders/junkemail/messages/ID', 404, 'ErrorItemNotFound'],
    ['/me/mailFolders/inbox/messages?$top=0', 400, 'BadRequest'],
    ['/me/mailFolders/inbox/messages?$top=1001', 400, 'BadRequest'],
    ['/me/mailFolders/inbox/messages?$filter=receivedDateTime ge yesterday', 400, 'BadRequest'],
    ['/me/mailFolders/inbox/messages?$filter=receivedDateTime ge 2026-13-45T00:00:00Z', 400, 'BadRequest'],
    ['/me/mailFolders/inbox/messages?$filter=body eq 1', 400, 'BadRequest'],
    ['/me/mailFolders/inbox/messages?$filter=isRead eq false&$orderby=receivedDateTime', 400, 'InefficientFilter'],
    ['/me/mailFolders/inbox/messages?$orderby=size', 400, 'BadRequest'],
    ['/me/mailFolders/inbox/messages?$skiptoken=made-up', 400, 'BadRequest'],
    ['/me/messages/ID/attachments?$select=contentId', 400, 'RequestBroker--ParseUri'],
    ['/me/calendar', 400, 'BadRequest'],
  ])('%s → %i %s', async (path, status, code) => {
    const answer = await get('GET', path.replace('ID', delivered.id))
    expect([answer.status, answer.body.error.code]).toEqual([status, code])
  })

  test('only what is selected is given, headers and unique body only then', async () => {
    const ids = await get('GET', `/me/messages/${delivered.id}?$select=id,parentFolderId`, undefined, immutable)
    expect(Object.keys(ids.body).toSorted()).toEqual(['@odata.context', '@odata.etag', 'id', 'parentFolderId'])
    expect(ids.headers.get('preference-applied')).toContain('ImmutableId')
    const all = await get('GET', `/me/messages/${delivered.id}`)
    expect(all.body.internetMessageHeaders).toBeUndefined()
    expect(all.body.receivedDateTime).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
    const headers = await get('GET', `/me/messages/${delivered.id}?$select=internetMessageHeaders`)
    expect(headers.body.internetMessageHeaders).toEqual([{ name: 'List-Id', value: '<x>' }])
  })

  test('extended properties come under their canonical names', async () => {
    const filter = `id eq 'Integer 0x0036' or id eq 'Integer 0x0E08' or id eq 'String 0x001A'`
    const { body } = await get('GET', `/me/messages/${delivered.id}?$select=id&$expand=singleValueExtendedProperties($filter=${filter})`)
    expect(body.singleValueExtendedProperties).toEqual([
      { id: 'Integer 0x36', value: '2' },
      { id: 'Integer 0xe08', value: expect.stringMatching(/^\d+$/) },
      { id: 'String 0x1a', value: 'IPM.Note' },
    ])
  })

  test('a body can be asked for as text', async () => {
    const { body } = await get('GET', `/me/messages/${delivered.id}?$select=body`, undefined, {
      prefer: 'outlook.body-content-type="text"',
    })
    expect(body.body).toEqual({ contentType: 'text', content: 'Total: 12' })
  })

  test('attachments are listed, given whole and as bytes', async () => {
    const list = await get('GET', `/me/messages/${delivered.id}/attachments?$select=id,name,size,microsoft.graph.fileAttachment/contentId`)
    expect(list.body.value.map((one: Record<string, unknown>) => one['@odata.type'])).toEqual([
      '#microsoft.graph.fileAttachment',
      '#microsoft.graph.itemAttachment',
      '#microsoft.graph.referenceAttachment',
    ])
    const [file, , reference] = list.body.value
    expect(file.contentBytes).toBeUndefined()
    expect((await get('GET', `/me/messages/${delivered.id}/attachments/${file.id}`)).body.contentBytes).toBe('aGVsbG8=')
    expect((await get('GET', `/me/messages/${delivered.id}/attachments/${file.id}/$value`)).body).toBe('hello')
    expect((await get('GET', `/me/messages/${delivered.id}/attachments/${reference.id}/$value`)).status).toBe(405)
  })
})

describe('ids', () => {
  test('a move changes the ordinary id and keeps the immutable one', async () => {
    const { id, ordinaryId } = await sandbox.graph.deliver(camille, { subject: 'moves' })
    const before = await get('GET', `/me/messages/${ordinaryId}`, undefined, immutable)
    expect(before.body.id).toBe(id)
    sandbox.graph.move(camille, id, 'archive')
    expect((await get('GET', `/me/messages/${ordinaryId}`)).status).toBe(404)
    expect((await get('GET', `/me/messages/${id}`, undefined, immutable)).body.id).toBe(id)
    expect((await get('GET', `/me/mailFolders/inbox/messages/${id}`)).status).toBe(404)
  })

  test('ids are translated', async () => {
    const body = { inputIds: [delivered.ordinaryId], sourceIdType: 'restId', targetIdType: 'restImmutableEntryId' }
    expect((await get('POST', '/me/translateExchangeIds', body)).body.value).toEqual([
      { sourceId: delivered.ordinaryId, targetId: delivered.id },
    ])
    expect((await get('POST', '/me/translateExchangeIds', { ...body, targetIdType: 'other' })).status).toBe(400)
  })
})

test('a listing is filtered to the second, ordered and paged by links', async () => {
  const { yanis } = people(sandbox)
  const list = graphClient(sandbox, await graphToken(sandbox, yanis), immutable)
  const ids: string[] = []
  for (let second = 0; second < 5; second += 1) {
    ids.push((await sandbox.graph.deliver(yanis, { receivedAt: new Date(Date.UTC(2026, 10, 1, 12, 0, second, 700)) })).id)
  }
  const seen: string[] = []
  let link: string | undefined =
    '/me/mailFolders/inbox/messages?$select=id&$top=2&$filter=receivedDateTime ge 2026-11-01T12:00:01Z&$orderby=receivedDateTime asc'
  while (link) {
    const { body }: Answer = await list('GET', link)
    seen.push(...body.value.map(({ id }: { id: string }) => id))
    link = body['@odata.nextLink']
  }
  expect(seen).toEqual(ids.slice(1))
})
