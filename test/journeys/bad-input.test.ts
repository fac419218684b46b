import { describe, expect, test } from '@jest/globals'
import { problemFrom, nowhere } from '../support/api-client.ts'
import { aBoard, aMail, aRecipe, createItemOn, recipeBody, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { startWorld, type World } from '../support/world.ts'

type Wrong = { method?: string; path: string; raw?: string; body?: unknown; headers?: Record<string, string>; expect: [number, string] }

const requests = (boardId: string): Record<string, Wrong> => {
  const recipe = (overrides: Record<string, unknown>) => ({ path: '/api/recipes', body: recipeBody({ id: boardId }, overrides) })
  const condition = (one: unknown) => recipe({ conditions: { all: [one] } })
  const action = (overrides: Record<string, unknown>) => recipe({ actions: [createItemOn({ id: boardId }, overrides)] })
  const deep = (levels: number): unknown => (levels === 0 ? { all: [] } : { all: [deep(levels - 1)] })
  return {
    'JSON cut short': { path: '/api/boards', raw: '{"name": "In', expect: [400, 'malformed-request'] },
    'text where JSON is due': {
      path: '/api/boards',
      raw: 'name=Inbox',
      headers: { 'content-type': 'text/plain' },
      expect: [415, 'unsupported-media-type'],
    },
    'an empty body': { path: '/api/boards', raw: '', expect: [400, 'invalid-request'] },
    'a wrong type': { path: '/api/boards', body: { name: 7 }, expect: [400, 'invalid-request'] },
    'an unknown field': { path: '/api/boards', body: { name: 'A', colour: 'red' }, expect: [400, 'invalid-request'] },
    'an unknown column type': {
      path: '/api/boards',
      body: { name: 'A', columns: [{ title: 'x', type: 'hologram' }] },
      expect: [400, 'invalid-request'],
    },
    'a name too long': { path: '/api/boards', body: { name: 'x'.repeat(300) }, expect: [400, 'invalid-request'] },
    'twelve megabytes': { path: '/api/boards', body: { name: 'x'.repeat(12_000_000) }, expect: [413, 'too-large'] },
    'an id that is none': { method: 'GET', path: '/api/boards/not-an-id', expect: [404, 'board-not-found'] },
    'an unknown board': { method: 'GET', path: `/api/boards/${nowhere}`, expect: [404, 'board-not-found'] },
    'a name of nothing but NUL': { path: '/api/boards', body: { name: '\u0000' }, expect: [400, 'invalid-request'] },
    'a member whose name holds NUL': { path: '/api/boards', body: { name: 'A', 'a\u0000': 1 }, expect: [400, 'malformed-request'] },
    'a recipe without a name but NUL': { ...recipe({ name: '\u0000' }), expect: [422, 'invalid-recipe'] },
    'an unknown item': { method: 'GET', path: `/api/items/${nowhere}`, expect: [404, 'item-not-found'] },
    'an unknown recipe': { method: 'GET', path: `/api/recipes/${nowhere}`, expect: [404, 'recipe-not-found'] },
    'an unknown run': { method: 'GET', path: `/api/runs/${nowhere}`, expect: [404, 'run-not-found'] },
    'an unknown path': { method: 'GET', path: '/api/nothing', expect: [404, 'not-found'] },
    'SQL for an id': { method: 'GET', path: `/api/boards/${encodeURIComponent("' or 1=1 --")}`, expect: [404, 'board-not-found'] },
    'a limit that is no number': { method: 'GET', path: '/api/boards?limit=many', expect: [400, 'invalid-request'] },
    'a cursor of one’s own making': {
      method: 'GET',
      path: `/api/boards?cursor=${Buffer.from('{"x":1}').toString('base64url')}`,
      expect: [400, 'invalid-request'],
    },
    'a stale version': {
      method: 'PATCH',
      path: `/api/boards/${boardId}`,
      body: { name: 'B' },
      headers: { 'if-match': '"999"' },
      expect: [412, 'version-conflict'],
    },
    'a permission that is none': {
      path: '/api/connections/microsoft',
      body: { permissions: ['mail.burn'] },
      expect: [400, 'invalid-request'],
    },
    'disconnecting what is not connected': { method: 'DELETE', path: '/api/connections/microsoft', expect: [404, 'connection-not-found'] },
    'a dry run without a mailbox': {
      path: '/api/recipes/try',
      body: { recipe: recipeBody({ id: boardId }), message: { latest: 1 } },
      expect: [409, 'not-connected'],
    },
    'a recipe that is a list': { path: '/api/recipes', body: [], expect: [422, 'invalid-recipe'] },
    'a recipe that is null': { path: '/api/recipes', body: null, expect: [422, 'invalid-recipe'] },
    'a regular expression that does not parse': {
      ...condition({ field: 'subject', operator: 'matches', values: ['(unclosed'] }),
      expect: [422, 'invalid-recipe'],
    },
    'a back reference': { ...condition({ field: 'subject', operator: 'matches', values: ['(a)\\1'] }), expect: [422, 'invalid-recipe'] },
    'an unknown condition field': { ...condition({ field: 'mood', operator: 'is', values: ['good'] }), expect: [422, 'invalid-recipe'] },
    'an operator of another kind': {
      ...condition({ field: 'hasAttachments', operator: 'contains', values: ['x'] }),
      expect: [422, 'invalid-recipe'],
    },
    'no values': { ...condition({ field: 'subject', operator: 'contains', values: [] }), expect: [422, 'invalid-recipe'] },
    'groups too deep': { ...recipe({ conditions: deep(6) }), expect: [422, 'invalid-recipe'] },
    'a template that does not parse': { ...action({ name: '{{ message.subject' }), expect: [422, 'invalid-recipe'] },
    'a template with a tag': { ...action({ name: '{% for x in (1..9) %}x{% endfor %}' }), expect: [422, 'invalid-recipe'] },
    'an unknown name in a template': { ...action({ name: '{{ message.password }}' }), expect: [422, 'invalid-recipe'] },
    'an unknown filter': { ...action({ name: '{{ message.subject | eval }}' }), expect: [422, 'invalid-recipe'] },
    'six actions': { ...recipe({ actions: Array(6).fill(createItemOn({ id: boardId })) }), expect: [422, 'invalid-recipe'] },
    'no action': { ...recipe({ actions: [] }), expect: [422, 'invalid-recipe'] },
    'a board that is gone': { ...recipe({ actions: [createItemOn({ id: nowhere })] }), expect: [422, 'invalid-recipe'] },
    'a group that is not there': { ...action({ group: 'nope' }), expect: [422, 'invalid-recipe'] },
    'a column that is not there': { ...action({ columns: { nope: 'x' } }), expect: [422, 'invalid-recipe'] },
    'a value that does not fit its column': {
      path: `/api/boards/${boardId}/items`,
      body: { name: 'A', columns: { amount: 'many' } },
      expect: [422, 'invalid-item'],
    },
    'a value for no column': {
      path: `/api/boards/${boardId}/items`,
      body: { name: 'A', columns: { nope: 1 } },
      expect: [422, 'invalid-item'],
    },
  }
}

const untilBoard = (world: World) => aBoard(world.api(world.camille), { columns: [{ id: 'amount', title: 'Amount', type: 'numbers' }] })

describe.each(databases)('on %s', (database) => {
  test('each wrong request gets the status and the code that a client can act on', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const board = await untilBoard(world)
    const answers: Record<string, unknown> = {}
    const expected: Record<string, unknown> = {}
    for (const [name, { method = 'POST', path, expect: wanted, ...given }] of Object.entries(requests(board.id))) {
      const reply = await api.request(method, path, given)
      answers[name] = reply.status < 400 ? [reply.status, reply.text.slice(0, 200)] : [reply.status, problemFrom(reply).code]
      expected[name] = wanted
      expect(reply.text).not.toMatch(/node_modules|\bat .*\.ts:\d+|select .* from /)
    }
    expect(answers).toEqual(expected)
    expect((await api.call('readBoard', { params: { id: board.id } })).name).toBe(board.name)
  })

  test('what the database cannot hold is left out of what is kept', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    const board = await aBoard(api, { name: 'In\u0000bo\ud800x' })
    expect(board.name).toBe('Inbo\ufffdx')
    const conditions = { all: [{ field: 'subject', operator: 'contains', values: ['in\u0000voice'] }] }
    const recipe = await api.call('createRecipe', { body: recipeBody(board, { conditions }) })
    expect(recipe.conditions).toMatchObject({ all: [{ values: ['invoice'] }] })
  })

  test('the faults of a recipe come with their places', async () => {
    await using world = await startWorld({ database })
    const board = await untilBoard(world)
    const body = recipeBody(board, {
      conditions: { all: [{ field: 'subject', operator: 'matches', values: ['fine', '(unclosed'] }] },
      actions: [createItemOn(board, { name: '{{ message.password }}' })],
    })
    const { errors } = await world.api(world.camille).problemOf('createRecipe', { body })
    expect(errors?.map(({ pointer }) => pointer)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/conditions\/all\/0\/values\/1/), expect.stringMatching(/^\/actions\/0\/name/)]),
    )
  })

  test('tokens that are forged, foreign or of another kind are refused', async () => {
    await using world = await startWorld({ database })
    const { entra } = world.sandbox
    const { camille } = world
    const now = Math.floor(Date.now() / 1000)
    const genuine = await entra.accessToken(camille)
    const [head = '', claims = '', signature = ''] = genuine.split('.')
    const tokens: Record<string, string> = {
      'no token at all': '',
      'no JWT': 'abc',
      'claims changed': [
        head,
        Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(claims, 'base64url').toString()), oid: world.yanis.objectId })).toString(
          'base64url',
        ),
        signature,
      ].join('.'),
      'no signature': [Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url'), claims, ''].join('.'),
      expired: await entra.accessToken(camille, { exp: now - 3600, nbf: now - 7200, iat: now - 7200 }),
      'not yet valid': await entra.accessToken(camille, { nbf: now + 3600 }),
      'for another audience': await entra.accessToken(camille, { aud: '00000003-0000-0000-c000-000000000000' }),
      'of another issuer': await entra.accessToken(camille, { iss: 'https://login.example.com/v2.0' }),
      'of a tenant that its issuer is not': await entra.accessToken(camille, { tid: world.ruth.tenantId }),
      'without the scope': await entra.accessToken(camille, { scp: 'User.Read' }),
      'app-only': await entra.accessToken(camille, { scp: null, idtyp: 'app', roles: ['Mailboard.Admin'] }),
      'of version 1': await entra.accessToken(camille, { ver: '1.0' }),
      'without an object id': await entra.accessToken(camille, { oid: null }),
      'an ID token': await entra.idToken(camille),
      'signed by an unknown key': await entra.accessToken(camille, { kid: 'nobody-knows' }),
    }
    const statuses: Record<string, number> = {}
    for (const [name, token] of Object.entries(tokens)) {
      const answer = await fetch(`${world.server.url}/api/me`, token ? { headers: { authorization: `Bearer ${token}` } } : {})
      statuses[name] = answer.status
      if (answer.status === 401) expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      await answer.body?.cancel()
    }
    expect(statuses).toEqual(Object.fromEntries(Object.keys(tokens).map((name) => [name, 401])))
    expect((await world.api(camille).call('readMe')).displayName).toBe(camille.name)
  })

  test('the webhook tells malformed from forged, answers the handshake, and goes on', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const board = await untilBoard(world)
    await aRecipe(api, board)
    const post = (raw: string, search = '') =>
      fetch(`${world.server.url}/graph/notifications${search}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: raw,
      })
    const unknown = {
      subscriptionId: nowhere,
      clientState: 'x',
      changeType: 'created',
      resource: 'Users/a/Messages/b',
      resourceData: { id: 'b' },
      tenantId: nowhere,
    }
    const cases: [string, string, number][] = [
      ['no JSON', '{"value": [', 400],
      ['a list', '[]', 400],
      ['an empty object', '{}', 400],
      ['a value that is no list', '{"value": {}}', 400],
      ['an unknown subscription', JSON.stringify({ value: [unknown] }), 202],
      ['a thousand of them', JSON.stringify({ value: Array(1000).fill(unknown) }), 202],
      ['one more than a thousand', JSON.stringify({ value: Array(1001).fill(unknown) }), 413],
      ['over four megabytes', JSON.stringify({ value: [{ ...unknown, padding: 'x'.repeat(4.2 * 1024 * 1024) }] }), 413],
    ]
    const answers: [string, string | null, number][] = []
    for (const [name, raw] of cases) {
      const answer = await post(raw)
      answers.push([name, answer.headers.get('x-content-type-options'), answer.status])
      await answer.body?.cancel()
    }
    expect(answers).toEqual(cases.map(([name, , status]) => [name, 'nosniff', status]))

    const handshake = await post('', `?validationToken=${encodeURIComponent('Validation: <b>é</b> +1')}`)
    expect(handshake.status).toBe(200)
    expect(handshake.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(handshake.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await handshake.text()).toBe('Validation: <b>é</b> +1')
    expect((await post('', `?validationToken=${'x'.repeat(2049)}`)).status).toBe(413)

    await world.sandbox.graph.deliver(world.camille, aMail())
    expect(await untilItems(api, board, 1)).toHaveLength(1)
  })

  test('a run whose board, group or column is gone ends with the name of the cause, and loses nothing else', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const whole = await aBoard(api, { name: 'Whole' })
    const gone = await aBoard(api, { name: 'Gone' })
    const thinner = await aBoard(api, {
      name: 'Thinner',
      groups: [
        { id: 'a', title: 'A' },
        { id: 'b', title: 'B' },
      ],
    })
    const narrower = await aBoard(api, { name: 'Narrower', columns: [{ id: 'x', title: 'X', type: 'text' }] })
    const onGone = await aRecipe(api, gone, { name: 'On gone' })
    const onThinner = await aRecipe(api, thinner, { name: 'On thinner', actions: [createItemOn(thinner, { group: 'b' })] })
    const onNarrower = await aRecipe(api, narrower, {
      name: 'On narrower',
      actions: [createItemOn(narrower, { columns: { x: '{{ message.subject }}' } })],
    })
    await aRecipe(api, whole, { name: 'On whole' })
    const version = (board: { version: number }) => ({ 'if-match': `"${board.version}"` })
    await api.call('deleteBoard', { params: { id: gone.id }, headers: version(gone) })
    await api.call('changeBoard', { params: { id: thinner.id }, body: { groups: [{ id: 'a', title: 'A' }] }, headers: version(thinner) })
    await api.call('changeBoard', { params: { id: narrower.id }, body: { columns: [] }, headers: version(narrower) })

    await world.sandbox.graph.deliver(world.camille, aMail())
    await untilItems(api, whole, 1)
    await world.untilIdle()

    const runs = await runsOf(api)
    const endOf = (recipe: { id: string }) => {
      const run = runs.find(({ recipeId }) => recipeId === recipe.id)
      return [run?.outcome, run?.reason.code]
    }
    expect(endOf(onGone)).toEqual([expect.stringMatching(/failed|needs-you/), 'board-gone'])
    expect(endOf(onThinner)).toEqual([expect.stringMatching(/failed|needs-you/), 'group-gone'])
    expect(endOf(onNarrower)).toEqual([expect.stringMatching(/failed|needs-you/), 'column-gone'])
  })

  test('an id that is none names no mail', async () => {
    await using world = await startWorld({ database })
    const api = world.api(world.camille)
    await world.connect(world.camille)
    const body = { action: createItemOn(await aBoard(api)) }
    for (const id of ['x', 'AAMk', 'a'.repeat(999), 'x/../y', 'me', 'ü'.repeat(30), '*'.repeat(40)])
      expect([id, await api.problemOf('actOnMessage', { params: { id }, body })]).toMatchObject([
        id,
        { status: 404, code: 'message-not-found' },
      ])
  })
})
