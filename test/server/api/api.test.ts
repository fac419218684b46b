import { expect, test } from '@jest/globals'
import { apiClient, problemFrom } from '../../support/api-client.ts'
import { aBoard, recipeBody } from '../../support/builders.ts'
import { startWorld } from '../../support/world.ts'

test('who is signed in, and what they may do', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const me = await world.api(world.camille).call('readMe')
  expect(me).toMatchObject({ displayName: world.camille.name, can: { createRecipes: true, administer: false }, connections: [] })
})

test('every answer and every problem is as the description says', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  const { body } = await api.request('GET', '/openapi.json')
  const { openapi, paths } = body as { openapi: string; paths: Record<string, Record<string, { responses: object; security?: unknown[] }>> }
  expect(openapi).toMatch(/^3\.1/)
  const anonymous = apiClient(world.server.url, () => '')
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, { security }] of Object.entries(methods)) {
      if (security?.length === 0) continue
      const reply = await anonymous.request(method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x'), { headers: { authorization: '' } })
      expect([path, method, reply.status]).toEqual([path, method, 401])
      expect(problemFrom(reply).code).toBe('unauthorized')
      expect(reply.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    }
    const reply = await api.request('PROPFIND', path.replaceAll(/\{\w+\}/g, 'x'))
    expect([path, reply.status]).toEqual([path, 405])
    expect(reply.headers.get('allow')).toContain(Object.keys(methods)[0]?.toUpperCase())
  }
})

test('versions travel in ETag and If-Match', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  const { id } = await aBoard(api)
  const patch = (name: string, ifMatch: string) =>
    api.request('PATCH', `/api/boards/${id}`, { body: { name }, headers: { 'if-match': ifMatch } })
  const changed = await patch('B', '"1"')
  expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"'])
  expect(problemFrom(await patch('C', '"1"')).code).toBe('version-conflict')
  expect(problemFrom(await patch('C', 'one')).code).toBe('malformed-request')
  expect((await patch('C', '*')).status).toBe(200)
  expect((await api.request('DELETE', `/api/boards/${id}`, { headers: { 'if-match': '"3"' } })).status).toBe(204)
})

test('a body nested without end, or with a hidden prototype, does no harm', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const api = world.api(world.camille)
  const board = await aBoard(api)
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  expect(problemFrom(await api.request('POST', '/api/recipes', { raw: deep })).code).toBe('malformed-request')
  const hidden = `{"name":"x","columns":{"__proto__":{"a":1}}}`
  const made = await api.request('POST', `/api/boards/${board.id}/items`, { raw: hidden })
  expect([made.status, made.body]).toEqual([201, expect.objectContaining({ columns: {} })])
})

test('the policy is changed by administrators and holds for everybody', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const { camille, yanis } = world
  await world.server.stop()
  Object.assign(world.environment, { ADMINS: `${camille.tenantId}/${camille.objectId}` })
  await world.server.start()
  const [admin, other] = [world.api(camille), world.api(yanis)]
  const board = await aBoard(other)
  const recipe = await other.call('createRecipe', { body: recipeBody(board, { enabled: false }) })
  expect((await other.problemOf('writePolicy', { body: { createRecipes: 'everyone' } })).code).toBe('forbidden')
  await admin.call('writePolicy', { body: { createRecipes: 'admins' } })
  expect((await other.call('readMe')).can).toEqual({ createRecipes: false, administer: false })
  expect((await other.problemOf('createRecipe', { body: recipeBody(board) })).code).toBe('not-allowed-by-policy')
  expect((await other.problemOf('enableRecipe', { params: { id: recipe.id } })).code).toBe('not-allowed-by-policy')
  expect((await other.problemOf('replaceRecipe', { params: { id: recipe.id }, body: recipeBody(board) })).code).toBe(
    'not-allowed-by-policy',
  )
  await admin.call('writePolicy', { body: { createRecipes: [yanis.objectId] } })
  expect((await other.call('enableRecipe', { params: { id: recipe.id } })).enabled).toBe(true)
})

test('what runs is changed with the right to create recipes alone; what was switched on by right stays on', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const { camille, yanis } = world
  await world.server.stop()
  Object.assign(world.environment, { ADMINS: `${camille.tenantId}/${camille.objectId}` })
  await world.server.start()
  const [admin, other] = [world.api(camille), world.api(yanis)]
  const board = await aBoard(other)
  const own = { params: { id: (await other.call('createRecipe', { body: recipeBody(board, { enabled: true }) })).id } }
  await admin.call('writePolicy', { body: { createRecipes: 'admins' } })

  const codeOf = async (body: ReturnType<typeof recipeBody>) => (await other.problemOf('replaceRecipe', { ...own, body })).code
  expect(await codeOf(recipeBody(board, { enabled: true, name: 'Something else' }))).toBe('not-allowed-by-policy')
  expect((await other.problemOf('enableRecipe', own)).code).toBe('not-allowed-by-policy')
  expect(await other.call('readRecipe', own)).toMatchObject({ enabled: true, version: 1 })

  // Switched off, it may be written; then it does not run.
  const draft = await other.call('replaceRecipe', { ...own, body: recipeBody(board, { enabled: false, name: 'A draft' }) })
  expect(draft).toMatchObject({ enabled: false, name: 'A draft' })
  expect(await codeOf(recipeBody(board, { enabled: true, name: 'A draft' }))).toBe('not-allowed-by-policy')
  expect((await other.problemOf('enableRecipe', own)).code).toBe('not-allowed-by-policy')
  await other.call('disableRecipe', own)
  await other.call('deleteRecipe', own)
})

test('health: alive, ready, counted; and what is waited for', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const get = async (path: string) => (await fetch(`${world.server.url}${path}`)).status
  expect([await get('/healthz'), await get('/readyz'), await get('/readyz?for=notifications'), await get('/metrics')]).toEqual([
    200, 200, 200, 200,
  ])
})

test('every answer says what a browser may do with it', async () => {
  await using world = await startWorld({ database: 'pglite' })
  const headersOf = async (path: string) => Object.fromEntries((await fetch(`${world.server.url}${path}`)).headers)
  for (const path of ['/healthz', '/api/me', '/nowhere']) {
    const headers = await headersOf(path)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none';frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
    })
    expect(headers).not.toHaveProperty('x-frame-options')
    expect(headers).not.toHaveProperty('x-powered-by')
  }
})
