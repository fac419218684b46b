// Boards, recipes and mails with defaults; what a test is about stands in its overrides.
import type { ActivityEntry } from '../../contract/activity.ts'
import type { Board } from '../../contract/board.ts'
import type { Item } from '../../contract/item.ts'
import type { SavedRecipe } from '../../contract/recipe.ts'
import type { Run } from '../../contract/run.ts'
import type { Mail } from '../../sandbox/graph/message.ts'
import type { Api } from './api-client.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

export const aMail = (overrides: Mail = {}): Mail => ({
  subject: 'Invoice 2026-118',
  from: { name: 'Nadia Ferreira', address: 'nadia@supplier.example' },
  body: { contentType: 'html', content: '<p>Please find our invoice.</p><p>Total: 1250.00 EUR</p>' },
  ...overrides,
})

export const aBoard = (api: Api, overrides: Record<string, unknown> = {}): Promise<Board> =>
  api.call('createBoard', { body: { name: 'Invoices', ...overrides } })

export const recipeBody = (board: Pick<Board, 'id'>, overrides: Record<string, unknown> = {}) => ({
  name: 'Invoices',
  enabled: true,
  trigger: { kind: 'mail-received' },
  conditions: { all: [{ field: 'subject', operator: 'contains', values: ['invoice'] }] },
  actions: [createItemOn(board)],
  ...overrides,
})

export const createItemOn = (board: Pick<Board, 'id'>, overrides: Record<string, unknown> = {}) => ({
  kind: 'create-item',
  board: { target: 'built-in', id: board.id },
  name: '{{ message.subject }}',
  columns: {},
  attachments: 'none',
  ...overrides,
})

export const everyMail = { all: [] }

export const aRecipe = (api: Api, board: Pick<Board, 'id'>, overrides: Record<string, unknown> = {}): Promise<SavedRecipe> =>
  api.call('createRecipe', { body: recipeBody(board, overrides) })

export async function itemsOf(api: Api, board: Pick<Board, 'id'>): Promise<Item[]> {
  return (await api.call('listItems', { params: { id: board.id }, query: { limit: '200' } })).items
}

export async function runsOf(api: Api): Promise<Run[]> {
  return (await api.call('listRuns', { query: { limit: '200' } })).items
}

export async function activityOf(api: Api): Promise<ActivityEntry[]> {
  return (await api.call('listActivity', { query: { limit: '200' } })).items
}

/** Waits until as many items as these names, in any order, are on the board, and gives them. */
export const untilItems = (api: Api, board: Pick<Board, 'id'>, count: number, timeoutMs?: number): Promise<Item[]> =>
  until(async () => {
    const items = await itemsOf(api, board)
    return items.length >= count ? items : undefined
  }, timeoutMs)

/** A connected mailbox with a board, and a recipe that takes every mail. */
async function connectedMailbox(world: World, person = world.camille) {
  const api = world.api(person)
  await world.connect(person)
  const board = await aBoard(api)
  const recipe = await aRecipe(api, board, { conditions: everyMail })
  return { person, api, board, recipe }
}

/** The same, whose first mail has become an item. */
export async function connectedWithMail(world: World, mail: Mail = {}) {
  const mailbox = await connectedMailbox(world)
  await world.sandbox.graph.deliver(mailbox.person, aMail(mail))
  await untilItems(mailbox.api, mailbox.board, 1)
  await world.untilIdle()
  return mailbox
}

/** Of so many people who are new to the tenant. */
export async function connectedMailboxes(world: World, count: number) {
  const mailboxes = []
  for (let index = 0; index < count; index += 1) {
    const person = world.sandbox.entra.addPerson({ name: `Person ${index}`, address: `person${index}@contoso-demo.example` })
    mailboxes.push(await connectedMailbox(world, person))
  }
  await world.untilIdle()
  return mailboxes
}

export const anAdministrator = ({ sandbox, camille }: World, tenantId = camille.tenantId) =>
  sandbox.entra.addPerson({ tenantId, name: 'Ada Admin', address: `ada@${tenantId}.example`, roles: ['Mailboard.Admin'] })
