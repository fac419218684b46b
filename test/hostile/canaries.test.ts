// Secrets and words that can be told from all others go through a whole journey, with faults on the way. Afterwards
// everything that the server wrote or said is searched for them.
import { describe, expect, test } from '@jest/globals'
import { aBoard, aMail, aRecipe, createItemOn, itemsOf, runsOf, untilItems } from '../support/builders.ts'
import type { Reply } from '../support/api-client.ts'
import { databases } from '../support/databases.ts'
import { dumpOf } from '../support/dump.ts'
import { until } from '../support/until.ts'
import { startWorld } from '../support/world.ts'

const inBody = 'canary-of-the-body-7f3a9'
const inGraphError = 'canary-of-graph-51c2e'
const inEntraError = 'canary-of-entra-9d04b'

describe.each(databases)('on %s', (database) => {
  test('no token, no secret and no word of a mail is in the database, the logs, the metrics, an error or an event', async () => {
    await using world = await startWorld({ database, process: 'child', env: { LOG_LEVEL: 'trace' } })
    const { sandbox, camille } = world
    const api = world.api(camille)
    const secrets = new Map<string, string>()
    const know = (name: string, value: unknown) => {
      if (typeof value !== 'string' || value.length < 16) throw new Error(`There is no ${name} to look for.`)
      secrets.set(name, value)
    }
    const knowTokens = (when: string) => {
      for (const path of sandbox.vault.tokenPaths()) {
        know(`access token ${when}`, sandbox.vault.read(path)?.['accessToken'])
        know(`refresh token ${when}`, sandbox.vault.read(path)?.['refreshToken'])
      }
    }
    know('client secret', world.environment['ENTRA_CLIENT_SECRET'])
    know('Vault secret id', world.environment['VAULT_SECRET_ID'])
    secrets.set('word of a mail', inBody).set('error of Graph', inGraphError).set('error of Entra', inEntraError)

    const callersToken = await sandbox.entra.accessToken(camille)
    know('token of the caller', callersToken)
    const bearer = { authorization: `Bearer ${callersToken}` }
    const abort = new AbortController()
    const events: string[] = []
    const listening = (async () => {
      const stream = await fetch(`${world.server.url}/api/events`, { headers: bearer, signal: abort.signal })
      for await (const bytes of stream.body ?? []) events.push(Buffer.from(bytes).toString())
    })().catch(() => undefined)

    const said: string[] = []
    const ask = async (method: string, path: string, given: { body?: unknown; raw?: string } = {}): Promise<Reply> => {
      const reply = await api.request(method, path, { ...given, headers: bearer })
      said.push(JSON.stringify([...reply.headers]), reply.text)
      return reply
    }

    // Connecting fails first at Entra, then at Graph, each with words of its own.
    sandbox.entra.grant(camille, ['Mail.Read', 'User.Read'])
    const permissions = { body: { permissions: ['mail.read'] } }
    const entraFault = sandbox.misbehave('entra', {
      match: { method: 'POST', path: /token/ },
      times: 1,
      status: 400,
      body: { error: 'invalid_request', error_description: `AADSTS9002313: ${inEntraError}`, trace_id: inEntraError },
    })
    expect((await ask('POST', '/api/connections/microsoft', permissions)).status).toBeGreaterThanOrEqual(400)
    expect(entraFault.seen()).toBe(1)
    const refused = { status: 403, body: { error: { code: 'ErrorAccessDenied', message: inGraphError } } }
    const graphFault = sandbox.misbehave('graph', { ...refused, match: { path: /messages/ }, times: 1 })
    expect((await ask('POST', '/api/connections/microsoft', permissions)).status).toBeGreaterThanOrEqual(400)
    expect(graphFault.seen()).toBe(1)
    await world.connect(camille)
    knowTokens('at first')
    know('clientState', sandbox.graph.subscriptions(camille)[0]?.clientState)

    // The body decides and is not mapped; Graph fails in between, and the token is replaced.
    const board = await aBoard(api)
    await aRecipe(api, board, {
      conditions: { all: [{ field: 'body', operator: 'contains', values: ['please'] }] },
      actions: [createItemOn(board, { attachments: 'files' })],
    })
    await world.untilIdle()
    sandbox.misbehave('graph', {
      match: { path: /messages/ },
      times: 1,
      status: 500,
      body: { error: { code: 'x', message: inGraphError } },
    })
    sandbox.entra.expireAccessTokens(camille)
    const content = `<p>Please</p><p>${inBody}</p>`
    for (const subject of ['First', 'Second'])
      await sandbox.graph.deliver(camille, aMail({ subject, body: { contentType: 'html', content } }))
    await untilItems(api, board, 2)
    await world.untilIdle()
    knowTokens('after a refresh')
    expect(new Set(secrets.values()).size).toBe(secrets.size)

    // A mail that fails for good, a dry run, and requests that fail in every way.
    sandbox.misbehave('graph', { ...refused, match: { path: /inbox\/messages\/A/ }, times: 1 })
    await sandbox.graph.deliver(camille, aMail({ subject: 'Third', body: { contentType: 'html', content } }))
    await world.untilIdle()
    const recipe = { ...(await api.call('listRecipes')).items[0], id: undefined }
    await ask('POST', '/api/recipes/try', { body: { recipe, message: { latest: 1 } } })
    for (const path of [
      '/api/me',
      '/api/connections',
      '/api/runs',
      '/api/recipes',
      '/api/boards',
      '/api/access-log',
      '/nowhere',
      '/readyz',
      '/openapi.json',
    ])
      await ask('GET', path)
    for (const { id } of await runsOf(api)) await ask('GET', `/api/runs/${id}`)
    for (const { id } of await itemsOf(api, board)) await ask('GET', `/api/items/${id}/updates`)
    for (const raw of ['{', '[]', 'null', '{"name":7}']) {
      await ask('POST', '/api/boards', { raw })
      await ask('POST', '/api/recipes', { raw })
    }
    sandbox.vault.seal()
    await ask('GET', '/readyz')
    await ask('DELETE', '/api/connections/microsoft')
    sandbox.vault.unseal()
    await until(() => sandbox.vault.paths().length === 0)
    const metrics = await (await fetch(`${world.server.url}/metrics`)).text()
    abort.abort()
    await listening
    await world.server.stop()

    const places = {
      database: await dumpOf(world.environment),
      log: world.server.output(),
      metrics,
      answers: said.join('\n'),
      events: events.join(''),
    }
    // Each place was really read.
    expect(places.database).toContain('Second')
    expect(places.log).toContain('Mailboard is up')
    expect(places.metrics).toContain('mailboard_upstream_calls_total')
    expect(places.answers).toContain('problem+json')
    expect(places.events).toContain('data: ')
    const found = Object.entries(places).flatMap(([place, text]) =>
      [...secrets].filter(([, secret]) => text.includes(secret)).map(([name]) => `${name} in ${place}`),
    )
    expect(found).toEqual([])
  })
})
