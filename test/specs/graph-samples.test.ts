// The payloads that Microsoft's documentation prints, through the server's own readers. Each has a row that says what is
// read of it, or why it is nothing that the server ever gets.
import { readdirSync, readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from '@jest/globals'
import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { authenticator } from '../../server/api/authenticate.ts'
import { openEntraKeys } from '../../server/api/entra-keys.ts'
import { openEntra } from '../../server/connections/entra.ts'
import { openDatabase } from '../../server/database/database.ts'
import { graphErrorFrom } from '../../server/graph/graph-error.ts'
import { setLogLevel } from '../../server/log.ts'
import { readMailbox } from '../../server/accounts/read-mailbox.ts'
import { attachmentsFrom, isFileOfMail, listAttachments } from '../../server/messages/attachments.ts'
import { latestMessageIds } from '../../server/messages/fetch-message.ts'
import { messageFromGraph } from '../../server/messages/message-from-graph.ts'
import { postingFrom } from '../../server/notifications/notification.ts'
import { signInHash } from '../../server/people/erased-sign-ins.ts'
import { hashOfClientState } from '../../server/subscriptions/client-state.ts'
import { createAtGraph, renewAtGraph } from '../../server/subscriptions/graph-subscription.ts'
import { openTestDatabase } from '../support/databases.ts'
import { entraAnswering, graphAnswering } from './sample-services.ts'
import { shelfFolder } from './shelf.ts'

type Sample = { [name: string]: unknown }
type Reader = (sample: Sample) => void | Promise<void>
type Row = Reader | { never: string }

const now = new Date('2026-11-24T12:00:00Z')
const never = (because: string): Row => ({ never: because })

const message =
  (expected: object): Row =>
  (sample) =>
    expect(messageFromGraph(sample, { addresses: [], seenAt: now })).toMatchObject(expected)

const list =
  (...ids: string[]): Row =>
  async (sample) =>
    expect(await latestMessageIds(graphAnswering(() => sample).graph, 10)).toEqual(ids)

const attachment =
  (expected: object, isFile = true): Row =>
  async (sample) => {
    const page = Array.isArray(sample['value']) ? sample : { value: [sample] }
    const [one] = attachmentsFrom(await listAttachments(graphAnswering(() => page).graph, 'm'), '')
    expect(one).toMatchObject(expected)
    expect(one && isFileOfMail(one)).toBe(isFile)
  }

const notification =
  (subscriptionId: string, clientState: string, subject: object): Row =>
  (sample) =>
    expect(postingFrom(sample)).toEqual({
      notifications: [{ subscriptionId, secretHash: hashOfClientState(clientState), subject }],
      malformed: 0,
      ignored: 0,
    })

const subscription =
  (id: string, expiresAt: string): Row =>
  async (sample) => {
    const given = { publicUrl: 'https://mailboard.example', clientState: 's', now }
    expect(await createAtGraph(graphAnswering(() => sample).graph, given)).toEqual({ id, expiresAt: new Date(expiresAt) })
  }

/** The server asks for a subscription with what the documentation's request holds. */
const subscriptionRequest =
  (beyond: { ours?: string[]; theirs?: string[] } = {}): Row =>
  async (sample) => {
    const { graph, asked } = graphAnswering(() => ({ id: '1', expirationDateTime: now.toISOString() }))
    if ('resource' in sample) await createAtGraph(graph, { publicUrl: 'https://mailboard.example', clientState: 's', now })
    else await renewAtGraph(graph, '1', now)
    const own = Object.keys(asked[0]?.body ?? {}).filter((name) => !beyond.ours?.includes(name))
    expect(new Set(own)).toEqual(new Set(Object.keys(sample).filter((name) => !beyond.theirs?.includes(name))))
  }

const refusal =
  (status: number, code: string, headers: Record<string, string> = {}): Row =>
  (sample) => {
    const error = graphErrorFrom({ status, headers: new Headers(headers), text: JSON.stringify(sample) }, now)
    const { 'retry-after': seconds } = headers
    expect(error).toMatchObject({ service: 'graph', status, code, retryAfterSeconds: seconds === undefined ? undefined : Number(seconds) })
  }

const asked = { tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95', scopes: ['Mail.Read'] }

async function exchanged(token: Sample, status: number) {
  await using service = await entraAnswering({ token, status })
  const credential = { clientId: 'c', clientSecret: 's', clientCertificatePath: null, tenantId: 'organizations', allowedTenants: null }
  const urls = { graphUrl: 'https://graph.microsoft.com/v1.0', publicUrl: 'https://mailboard.example' }
  const entra = openEntra({ entra: { ...credential, authority: service.authority }, ...urls })
  return await entra.exchangeOnBehalfOf({ ...asked, assertion: 'a' })
}

const token =
  (expected: object): Reader =>
  async (sample) =>
    expect(await exchanged(sample, 'error' in sample ? 400 : 200)).toMatchObject(expected)

const rows: Record<string, Row> = {
  'message-get.json': message({
    id: 'AAMkADhMGAAA=',
    subject: '9/9/2018: concert',
    from: { name: 'Adele Vance', address: 'adelev@contoso.OnMicrosoft.com' },
    to: [{ name: 'Alex Wilber', address: 'AlexW@contoso.OnMicrosoft.com' }],
    receivedAt: '2018-09-09T03:15:08.000Z',
    body: { text: 'The group represents Nevada.' },
    conversationId: 'AAQkADOUpag6yWs=',
    hasAttachments: false,
  }),
  'message-get-internetMessageHeaders.json': message({
    headers: expect.arrayContaining([{ name: 'x-custom-header-group-id', value: 'WA001' }]),
    from: null,
    receivedAt: now.toISOString(),
  }),
  'message-get-text-uniqueBody.json': message({
    body: { text: expect.stringMatching(/^Welcome to our group.*\[😊\][^\r]*$/su), html: expect.stringContaining('<br>') },
  }),
  'createReply-response-201.json': message({ to: [{ address: 'MeganB@contoso.com' }], body: { text: expect.stringContaining('Megan') } }),
  'mailFolders-list.json': never('The Inbox is asked for by its well-known name; folders are not listed.'),
  'mailboxSettings-get.json': never('Settings of a mailbox are not read.'),
  'me-get.json': async (sample) => {
    const { graph } = graphAnswering((path) => (path.startsWith('/me?') ? sample : { id: 'inbox', value: [] }))
    const addresses = ['adelev@contoso.onmicrosoft.com']
    expect(await readMailbox(graph)).toMatchObject({ account: 'AdeleV@contoso.onmicrosoft.com', addresses, inboxId: 'inbox' })
  },
  'translateExchangeIds-response.json': never('All ids are immutable from the start.'),

  'attachment-file-get.json': attachment({ kind: 'file', name: 'Draft sales invoice template.docx', size: 13_068, isInline: false }),
  'attachment-item-get.json': attachment({ kind: 'item', name: 'Reminder - please bring laptop.eml', contentType: 'message/rfc822' }),
  'attachment-item-expanded-message.json': attachment({ kind: 'item', name: 'Reminder - please bring laptop.eml' }),
  // Called inline by Graph, and yet a document.
  'attachment-reference-get.json': attachment({ kind: 'reference', name: 'Sales Invoice Template.docx', isInline: false }),
  'attachments-list.json': attachment({ kind: 'file', id: 'id-value', name: 'name-value', size: 99 }),

  'delta-page-1.json': list('AAMkADNkNAAASq35xAAA=', 'AQMkADNkNAAAVRMKAAAAA=='),
  'delta-page-2.json': list('AQMkADNkNAAAgWkAAAA', 'AQMkADNkNAAAgWJAAAA'),
  'delta-page-3.json': list('AAMkADk0MGFkODE3LWEAAA='),
  'delta-next-round-removed.json': list('AAMkADk0MGFkODE3LWE4MmYtNDRhOS0Dh_6qB-pB2Sa2pUum19a6YAAKnLuxoAAA=', 'AAMkADNkNAAASq35xAAA='),

  'subscription-create-request.json': subscriptionRequest({ ours: ['lifecycleNotificationUrl'], theirs: ['latestSupportedTlsVersion'] }),
  'subscription-create-request-inbox.json': subscriptionRequest(),
  'subscription-renew-request.json': subscriptionRequest(),
  'subscription-create-response.json': subscription('7f105c7d-2dc5-4530-97cd-4e7ae6534c07', '2016-11-20T18:23:45.935Z'),
  'subscription-create-response-2022.json': subscription('5522bd62-7c96-4530-85b0-00b916f6151a', '2022-01-01T21:42:18.225Z'),
  'lifecycle-subscriptionRemoved.json': notification('<subscription_guid>', '<secretClientState>', {
    kind: 'lifecycle',
    event: 'subscriptionRemoved',
  }),
  'lifecycle-missed.json': notification('<subscription_guid>', '<secretClientState>', { kind: 'lifecycle', event: 'missed' }),
  'lifecycle-reauthorizationRequired.json': notification('e3898f08-5cd0-4a6a-80fc-6addbfb73b7b', '{secret client state}', {
    kind: 'lifecycle',
    event: 'reauthorizationRequired',
  }),
  // Three words where one stands in a real one: an event that is not known.
  'lifecycle-2024-generic.json': (sample) => expect(postingFrom(sample)).toEqual({ notifications: [], malformed: 0, ignored: 1 }),
  'notification-basic.json': notification('{subscription_guid}', 'secretClientValue', { kind: 'message', messageId: '{long_id_string}' }),
  'notification-outlook-message-basic.json': notification('c6126aa3-0ed8-412f-a988-71e6cee627c4', '<<--SpecifiedClientState-->>', {
    kind: 'message',
    messageId: 'AAMkAGUwNjQ4ZjIxAAA=',
  }),
  // Its encrypted content is never asked for, and not looked at.
  'notification-outlook-message-rich.json': notification('dfd11b2f-8222-4189-9545-4205c95d6235', '<<--SpecifiedClientState-->>', {
    kind: 'message',
    messageId: 'AAMkAGUwNjQ4ZjIxLTQ3Y2Y8AAA=',
  }),
  'rich-validationToken-claims.json': never('Only notifications with resource data bring these; none are asked for.'),

  'sendMail-request.json': never('No mail is sent.'),
  'sendMail-request-with-attachment.json': never('No mail is sent.'),
  'batch-request.json': never('Calls are made one by one.'),
  'batch-response.json': never('Calls are made one by one.'),

  'error-400-sendMail-mime.json': refusal(400, 'ErrorMimeContentInvalidBase64String'),
  'error-400-subscription-validation.json': refusal(400, 'InvalidRequest'),
  'error-403-batch-item.json': refusal(403, 'Authorization_RequestDenied'),
  'error-404-ResourceNotFound.json': refusal(404, 'ResourceNotFound'),
  'error-429-MailboxConcurrency.json': refusal(429, 'ApplicationThrottled'),
  'error-429-subscriptions-list.json': refusal(429, 'TooManyRequests', { 'retry-after': '5' }),
  'error-429-throttled.json': refusal(429, 'TooManyRequests', { 'retry-after': '2.128' }),
  'error-501-delta-property.json': refusal(501, 'NotImplemented'),

  'token-obo-success.json': token({
    grant: {
      accessToken: expect.stringMatching(/^eyJ/),
      refreshToken: expect.stringMatching(/^OAQ/),
      expiresInSeconds: 3269,
      scopes: ['user.read'],
    },
  }),
  // The page cuts the ID token short, which comes for `openid` alone, and prints the scope as it stands in an address.
  'token-refresh-success.json': ({ id_token: _, ...sample }) =>
    token({ grant: { refreshToken: expect.stringMatching(/^AwAB/), expiresInSeconds: 3599 } })({
      ...sample,
      scope: decodeURIComponent(String(sample['scope'])),
    }),
  'token-obo-error-interaction_required.json': token({
    refusal: { verdict: 'interaction-required', claims: expect.stringContaining('polids') },
  }),
  'token-error-invalid_scope.json': (sample) =>
    expect(exchanged(sample, 400)).rejects.toMatchObject({ service: 'entra', status: 503, code: 'invalid_scope' }),
  'token-error-65001-consent_required.json': token({ refusal: { verdict: 'consent-required' } }),
  'token-error-50173-revoked.json': token({ refusal: { verdict: 'revoked' } }),
  'jwks-common-v2.json': async (sample) => {
    await using service = await entraAnswering({ keys: sample })
    const { signsFor } = await openEntraKeys({ authority: service.authority, tenantId: 'organizations' })()
    const tenants = ['72f988bf-86f1-41af-91ab-2d7cd011db47', '9188040d-6c67-4c5b-b112-36a304b66dad']
    const signedBy = (kid: string) =>
      tenants.map((tenant) => signsFor(kid, { tenant, issuer: `https://login.microsoftonline.com/${tenant}/v2.0` }))
    expect(signedBy('jS1Xo1OWDj_52vbwGNgvQO2VzMc')).toEqual([true, true])
    expect(signedBy('2ZQpJ3UpbjAYXYGaXEJl8lV0TOI')).toEqual([true, true])
    expect(signedBy('yreX2PsLi-qkbR8QDOmB_ySxp8Q')).toEqual([false, true])
    expect(signedBy('none')).toEqual([false, false])
  },
  'access-token-v2-claims.json': async (sample) => {
    // Out of time as printed, and let in when it is in time.
    await expect(admitted(sample)).rejects.toMatchObject({ code: 'unauthorized', message: expect.stringContaining('expired') })
    const { person } = await admitted({ ...sample, exp: Math.floor(Date.now() / 1000) + 600 })
    expect(person).toMatchObject({ tenantId: sample['tid'] })
  },
}

async function admitted(claims: Sample) {
  const { publicKey, privateKey } = await generateKeyPair('RS256')
  const key = { ...(await exportJWK(publicKey)), kid: 'k' }
  const issuerIn = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`
  const find = createLocalJWKSet({ keys: [key] })
  const allowedClients = [String(claims['azp'])]
  const settings = { authority: 'https://login.microsoftonline.com', tenantId: 'organizations', allowedTenants: null, allowedClients }
  const entra = { ...settings, clientId: String(claims['aud']), clientSecret: 's', clientCertificatePath: null }
  const signed = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(privateKey)
  const storage = await openTestDatabase('pglite')
  const database = await openDatabase({ databaseUrl: null, dataDir: storage.env.DATA_DIR })
  try {
    const authenticate = authenticator({
      config: { entra },
      db: database.db,
      entraKeys: async () => ({ find, signsFor: (_kid, { issuer, tenant }) => issuer === issuerIn(tenant) }),
      hashOf: signInHash(entra),
    })
    return await authenticate({ get: () => `Bearer ${signed}` } as never)
  } finally {
    await database.close()
    await storage.drop()
  }
}

const folder = shelfFolder('graph')

test(`${Object.keys(rows).length} samples have a row, and ${folder ? 'are read' : 'are not beside the project'}`, () => {
  if (folder)
    expect(
      readdirSync(`${folder}samples`)
        .filter((name) => name.endsWith('.json'))
        .toSorted(),
    ).toEqual(Object.keys(rows).toSorted())
  expect(Object.values(rows).filter((row) => typeof row !== 'function')).toHaveLength(8)
})

for (const shelf of folder === undefined ? [] : [folder])
  describe('the server reads', () => {
    // A refusal that only the operator can mend is said aloud.
    beforeAll(() => setLogLevel('silent'))
    test.each(Object.entries(rows).flatMap(([name, row]) => (typeof row === 'function' ? [{ name, row }] : [])))(
      '$name',
      async ({ name, row }) => {
        await row(JSON.parse(readFileSync(`${shelf}samples/${name}`, 'utf8')) as Sample)
      },
    )
  })
