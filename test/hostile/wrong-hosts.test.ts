// Graph's answers and mails are hostile input too: no address in them is asked, and no token goes to another host.
import { expect, test } from '@jest/globals'
import { graphFor } from '../../server/graph/graph-client.ts'
import { aBoard, aMail, aRecipe, createItemOn, everyMail, untilItems } from '../support/builders.ts'
import { startCanaryHost } from '../support/canary-host.ts'
import { unrecorded } from '../support/unrecorded.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

/** A mailbox is listed, and Graph says that the listing goes on at this address. What was asked since stands in the ledger. */
async function listedWith(world: Awaited<ReturnType<typeof startWorld>>, nextLink: string): Promise<void> {
  await world.connect(world.camille)
  await aRecipe(world.api(world.camille), await aBoard(world.api(world.camille)), { conditions: everyMail })
  await world.untilIdle()
  const listing = world.sandbox.misbehave('graph', {
    match: { method: 'GET', path: /mailFolders\/inbox\/messages\?/ },
    times: 1,
    status: 200,
    body: { value: [], '@odata.nextLink': nextLink },
  })
  world.sandbox.graph.ledger.clear()
  world.sandbox.graph.lifecycle(world.camille, 'missed')
  await until(() => listing.seen() > 0)
  await world.untilIdle()
}

test('a next page on another host is not asked for', async () => {
  await using evil = await startCanaryHost()
  await using world = await startWorld({ database: 'pglite', env: { CATCHUP_INTERVAL: '5m' } })
  await listedWith(world, `${evil.url}/v1.0/me/messages?$skiptoken=x`)
  expect(evil.asked).toEqual([])
})

test.each(['/me/messages?$select=id,subject,body', '/me/mailFolders/archive/messages?$select=id', '/../beta/me/messages?$select=id'])(
  'a next page elsewhere in the mailbox is not asked for: %s',
  async (elsewhere) => {
    await using world = await startWorld({ database: 'pglite', env: { CATCHUP_INTERVAL: '5m' } })
    await listedWith(world, `${world.environment['GRAPH_URL']}${elsewhere}`)
    const paths = world.sandbox.graph.ledger.entries.map(({ path }) => path)
    expect(paths.filter((path) => !/^\/me\/mailFolders\/inbox\/messages/i.test(path))).toEqual([])
  },
)

test.each([
  'https://evil.example/v1.0/me',
  '//evil.example/v1.0/me',
  'https://graph.example@evil.example/v1.0/me',
  '@evil.example/me',
  '.evil.example/me',
])('no request and no token goes to %s', async (address) => {
  await using evil = await startCanaryHost()
  const graph = graphFor({
    graphUrl: `${evil.url}/v1.0`,
    mailboxId: crypto.randomUUID(),
    ...unrecorded,
    tokens: { current: async () => 'canary-token', refused: () => Promise.reject(new Error('refused')) },
  })
  // What does not begin as a whole address is a path below the version: it stays on the one host, or is refused.
  await graph.get(address).catch(() => undefined)
  if (/^https?:/.test(address)) expect(evil.asked).toEqual([])
  for (const { url } of evil.asked) expect(url).toMatch(/^\/v1\.0/)
})

test('a redirect by Graph is not followed, so the token stays', async () => {
  await using evil = await startCanaryHost()
  await using world = await startWorld({ database: 'pglite' })
  world.sandbox.entra.grant(world.camille, ['Mail.Read', 'User.Read'])
  const redirect = world.sandbox.misbehave('graph', { status: 307, headers: { location: `${evil.url}/v1.0/me` } })
  await world.api(world.camille).request('POST', '/api/connections/microsoft', { body: { permissions: ['mail.read'] } })
  expect(redirect.seen()).toBeGreaterThan(0)
  expect(evil.asked).toEqual([])
})

test('nothing that a mail links to is fetched: pictures, styles, links, files elsewhere', async () => {
  await using evil = await startCanaryHost()
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  await world.connect(world.camille)
  const board = await aBoard(api)
  await aRecipe(api, board, {
    conditions: everyMail,
    actions: [createItemOn(board, { update: '{{ message.body.html }}', attachments: 'files' })],
  })
  const content = `<link rel=stylesheet href="${evil.url}/s.css"><img src="${evil.url}/i.png"><a href="${evil.url}/a">a</a>
    <iframe src="${evil.url}/f"></iframe><p style="background:url(${evil.url}/b)">x</p><img src="cid:1"><object data="${evil.url}/o"></object>`
  await world.sandbox.graph.deliver(
    world.camille,
    aMail({
      body: { contentType: 'html', content },
      attachments: [{ kind: 'reference', name: `${evil.url}/file`, content: Buffer.from(`${evil.url}/file`) }],
    }),
  )
  const [item] = await untilItems(api, board, 1)
  await world.untilIdle()
  const { items } = await api.call('listUpdates', { params: { id: item!.id } })
  expect(items).toHaveLength(1)
  expect(evil.asked).toEqual([])
})
