// Every route of /openapi.json, asked by its owner, by a colleague and by somebody of another tenant who even administers
// there, each time with the ids of the owner's things. The routes come from the document: one without a rule here fails.
import { describe, expect, test } from '@jest/globals'
import type { Person } from '../../sandbox/entra/directory.ts'
import { aBoard, aMail, aRecipe, createItemOn, recipeBody, runsOf, untilItems } from '../support/builders.ts'
import { databases } from '../support/databases.ts'
import { until } from '../support/until.ts'
import { startWorld, type World } from '../support/world.ts'

type Ids = { board: string; item: string; file: string; recipe: string; run: string; message: string; receipt: string }

type Rule = {
  /** Status for the owner, for a colleague, for somebody of another tenant. */
  answers: [owner: number, colleague: number, foreigner: number]
  /** For the colleague once the board is shared with the organisation; without it, it is as before. */
  shared?: number
  /** What stands for the parameter of the path. */
  id?: (ids: Ids) => string
  body?: (ids: Ids) => unknown
}

const hidden = (owner: number, id: Rule['id'], more: Partial<Rule> = {}): Rule => ({
  answers: [owner, 404, 404],
  ...(id && { id }),
  ...more,
})
const everybody = (status: number, more: Partial<Rule> = {}): Rule => ({ answers: [status, status, status], ...more })

const idOf = {
  board: (ids: Ids) => ids.board,
  item: (ids: Ids) => ids.item,
  recipe: (ids: Ids) => ids.recipe,
  run: (ids: Ids) => ids.run,
}
const action = (ids: Ids) => createItemOn({ id: ids.board })

/** In the order in which the owner asks: what is removed is removed last. */
const rules: Record<string, Rule> = {
  'GET /healthz': everybody(200),
  'GET /readyz': everybody(200),
  'GET /metrics': everybody(200),
  'GET /manifest.xml': everybody(200),
  'GET /api/events': everybody(200),
  'GET /approve/{tenantId}': everybody(404, { id: () => 'nobody' }),
  'GET /files/{secret}': everybody(404, { id: (ids) => ids.file }),
  'GET /api/me': everybody(200),
  'PUT /api/me/time-zone': everybody(200, { body: () => ({ timeZone: 'Europe/Paris' }) }),
  'GET /api/connections': everybody(200),
  'GET /api/connections/{provider}/days': everybody(200, { id: () => 'microsoft' }),
  'GET /api/connections/{provider}/catch-up': everybody(200, { id: () => 'microsoft' }),
  'POST /api/connections/{provider}/catch-up/undo': everybody(200, { id: () => 'microsoft', body: () => ({}) }),
  // Whoever knows its unguessable id; it names nobody.
  'GET /api/connections/receipts/{id}': everybody(200, { id: (ids) => ids.receipt }),
  'POST /api/connections/microsoft': everybody(201, { body: () => ({ permissions: ['mail.read'] }) }),
  // A token of nobody's: monday.com does not accept it.
  'POST /api/connections/monday': everybody(400, { body: () => ({ token: 'nobody' }) }),
  'GET /api/connections/microsoft/approval': everybody(200),
  'GET /api/access-log': everybody(200),
  'GET /api/export': everybody(200),
  'GET /api/policy': everybody(200),
  'PUT /api/policy': { answers: [403, 403, 200], body: () => ({ createRecipes: 'everyone' }) },
  'GET /api/boards': everybody(200),
  'GET /api/board-visits': everybody(200),
  'POST /api/boards': everybody(201, { body: () => ({ name: 'Another' }) }),
  'GET /api/boards/{id}': hidden(200, idOf.board, { shared: 200 }),
  'PATCH /api/boards/{id}': hidden(200, idOf.board, { shared: 403, body: () => ({ name: 'Renamed' }) }),
  'GET /api/boards/{id}/items': hidden(200, idOf.board, { shared: 200 }),
  'POST /api/boards/{id}/items': hidden(201, idOf.board, { shared: 201, body: () => ({ name: 'Planted' }) }),
  'GET /api/items/{id}': hidden(200, idOf.item, { shared: 200 }),
  'GET /api/items/{id}/updates': hidden(200, idOf.item, { shared: 200 }),
  'POST /api/items/{id}/updates': hidden(201, idOf.item, { shared: 201, body: () => ({ body: 'Planted' }) }),
  'POST /api/files/{id}/ticket': hidden(201, (ids) => ids.file, { shared: 201 }),
  'GET /api/recipes': everybody(200),
  'POST /api/recipes': { answers: [201, 422, 422], shared: 201, body: (ids) => recipeBody({ id: ids.board }) },
  'GET /api/recipes/{id}': hidden(200, idOf.recipe),
  'PUT /api/recipes/{id}': hidden(200, idOf.recipe, { body: (ids) => recipeBody({ id: ids.board }) }),
  'POST /api/recipes/{id}/enable': hidden(200, idOf.recipe),
  'POST /api/recipes/{id}/disable': hidden(200, idOf.recipe),
  'POST /api/recipes/try': hidden(200, undefined, {
    body: (ids) => ({ recipe: recipeBody({ id: ids.board }), message: { id: ids.message } }),
  }),
  'GET /api/messages/{id}/insight': everybody(200, { id: (ids) => ids.message }),
  'POST /api/messages/{id}/actions': {
    answers: [201, 422, 422],
    shared: 404,
    id: (ids) => ids.message,
    body: (ids) => ({ action: action(ids) }),
  },
  'POST /api/messages/{id}/subject': hidden(200, (ids) => ids.message),
  'GET /api/activity': everybody(200),
  'GET /api/runs': everybody(200),
  'GET /api/runs/{id}': hidden(200, idOf.run),
  'POST /api/runs/{id}/retry': hidden(409, idOf.run),
  'POST /api/runs/{id}/undo': hidden(409, idOf.run),
  'PATCH /api/items/{id}': hidden(200, idOf.item, { shared: 200, body: () => ({ name: 'Changed' }) }),
  'DELETE /api/recipes/{id}': hidden(204, idOf.recipe),
  'DELETE /api/items/{id}': hidden(204, idOf.item),
  'DELETE /api/boards/{id}': hidden(204, idOf.board, { shared: 403 }),
  // Each their own.
  'DELETE /api/connections/{provider}': everybody(202, { id: () => 'microsoft' }),
  'DELETE /api/me': everybody(202),
}

describe.each(databases)('on %s', (database) => {
  test.each(['Camille of Contoso', 'Ruth of Fabrikam'])('nobody reaches what is not theirs: the things of %s', async (owner) => {
    await using world = await startWorld({ database })
    const people = peopleOf(world, owner.startsWith('Camille') ? world.camille : world.ruth)
    for (const person of Object.values(people)) await world.connect(person)
    const ids = await thingsOf(world, people.owner)
    const routes = await routesOf(world)
    expect(routes.filter((route) => rules[route] === undefined)).toEqual([])
    const asked = Object.keys(rules).filter((route) => routes.includes(route))

    const ask = async (person: Person, route: string) => {
      const [method = '', template = ''] = route.split(' ')
      const path = template.replace(/\{\w+\}/, encodeURIComponent(rules[route]?.id?.(ids) ?? ''))
      const body = rules[route]?.body?.(ids)
      // Until the disconnection before it has ended, the erasure has to wait.
      if (route === 'DELETE /api/me') await until(async () => (await world.api(person).call('listConnections')).length === 0)
      const answer = await fetch(`${world.server.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await world.sandbox.entra.accessToken(person)}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      if (route === 'GET /api/events') await answer.body?.cancel()
      const text = route === 'GET /api/events' ? '' : await answer.text()
      return { status: answer.status, foreign: canaries(ids, people.owner).filter((word) => text.includes(word) && !path.includes(word)) }
    }
    const askAll = async (person: Person, wanted: string[]) => {
      const answers: Record<string, unknown> = {}
      for (const route of wanted) answers[route] = await ask(person, route)
      return answers
    }
    const expected = (wanted: string[], status: (rule: Rule) => number | undefined) =>
      Object.fromEntries(wanted.map((route) => [route, { status: status(rules[route]!), foreign: [] }]))
    const leavingLast = asked.filter((route) => route !== 'DELETE /api/connections/{provider}' && route !== 'DELETE /api/me')

    const mine = world.api(people.owner)
    const readAll = async () => ({
      board: await mine.call('readBoard', { params: { id: ids.board } }),
      items: await mine.call('listItems', { params: { id: ids.board } }),
      recipes: await mine.call('listRecipes'),
      activity: await mine.call('listActivity'),
      runs: await mine.call('listRuns'),
      status: (await mine.call('listConnections')).map(({ status }) => status),
    })
    const before = await readAll()
    expect(await askAll(people.colleague, leavingLast)).toEqual(expected(leavingLast, ({ answers }) => answers[1]))
    expect(await askAll(people.foreigner, leavingLast)).toEqual(expected(leavingLast, ({ answers }) => answers[2]))
    expect(await readAll()).toEqual(before)

    const { version } = await mine.call('readBoard', { params: { id: ids.board } })
    await mine.call('changeBoard', { params: { id: ids.board }, body: { visibility: 'tenant' }, headers: { 'if-match': `"${version}"` } })
    const onShared = asked.filter((route) => rules[route]?.shared !== undefined)
    expect(await askAll(people.foreigner, onShared)).toEqual(expected(onShared, ({ answers }) => answers[2]))
    const shared = await askAll(people.colleague, onShared)
    expect(statusesOf(shared)).toEqual(statusesOf(expected(onShared, (rule) => rule.shared)))
    expect(statusesOf(await askAll(people.owner, asked))).toEqual(statusesOf(expected(asked, ({ answers }) => answers[0])))
  })
})

const statusesOf = (answers: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(answers).map(([route, answer]) => [route, (answer as { status: number }).status]))

/** What only the owner's things say. The mail's id is not among them: a stranger's own access log names what they asked for. */
const canaries = ({ board, item, file, recipe, run }: Ids, { address }: Person): string[] => [
  board,
  item,
  file,
  recipe,
  run,
  'canary-board',
  'canary-subject',
  'canary-file.txt',
  'canary-recipe',
  address,
]

function peopleOf({ sandbox: { entra }, camille, ruth }: World, owner: Person) {
  const [here, there] = owner === camille ? [camille, ruth] : [ruth, camille]
  const add = (tenantId: string, name: string, roles: string[]) =>
    entra.addPerson({ tenantId, name, address: `${name.toLowerCase()}@${name.toLowerCase()}.example`, roles })
  return { owner, colleague: add(here.tenantId, 'Colin', []), foreigner: add(there.tenantId, 'Farah', ['Mailboard.Admin']) }
}

async function routesOf(world: World): Promise<string[]> {
  const document = (await (await fetch(`${world.server.url}/openapi.json`)).json()) as { paths: Record<string, Record<string, unknown>> }
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  )
}

/** One of each kind, the receipt of an earlier disconnection among them. */
async function thingsOf(world: World, owner: Person): Promise<Ids> {
  const mine = world.api(owner)
  const { receiptId: receipt } = await mine.call('disconnect', { params: { provider: 'microsoft' } })
  await until(async () => (await mine.call('readReceipt', { params: { id: receipt } })).finishedAt !== null)
  await world.connect(owner)
  const { id } = await aBoard(mine, { name: 'canary-board' })
  const saved = await aRecipe(
    mine,
    { id },
    {
      name: 'canary-recipe',
      conditions: { all: [] },
      actions: [createItemOn({ id }, { update: '{{ message.body.html }}', attachments: 'files' })],
    },
  )
  const file = { name: 'canary-file.txt', contentType: 'text/plain', content: Buffer.from('canary') }
  const message = await world.sandbox.graph.deliver(owner, aMail({ subject: 'canary-subject', attachments: [file] }))
  const [made] = await untilItems(mine, { id }, 1)
  await world.untilIdle()
  const [done] = await runsOf(mine)
  const { items: updates } = await mine.call('listUpdates', { params: { id: made?.id ?? '' } })
  const ids = { board: id, item: made?.id, file: updates[0]?.files[0]?.id, recipe: saved.id, run: done?.id, message: message.id, receipt }
  if (Object.values(ids).includes(undefined)) throw new Error('Something was not made.')
  return ids as Ids
}
