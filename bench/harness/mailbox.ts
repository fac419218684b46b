// A person's mailbox with a board and a recipe, and the record of the messages that must have become items.
import { setTimeout as wait } from 'node:timers/promises'
import type { Board } from '../../contract/board.ts'
import type { Item } from '../../contract/item.ts'
import type { SavedRecipe } from '../../contract/recipe.ts'
import type { Run } from '../../contract/run.ts'
import type { Person } from '../../sandbox/entra/directory.ts'
import type { Delivery } from '../../sandbox/graph/control.ts'
import type { Mail } from '../../sandbox/graph/message.ts'
import type { Api } from '../../test/support/api-client.ts'
import { aBoard, aMail, aRecipe } from '../../test/support/builders.ts'
import { connectMailbox } from '../../test/support/open-world.ts'
import type { World } from './world.ts'

/** In every message; no recipe copies it, so it must not be stored anywhere. */
export const bodyCanary = 'canary-7f3a91-body'

export type Mailbox = {
  person: Person
  api: Api
  board: Board
  recipe: SavedRecipe
  /** The names that the board's items must have, each as often as it is listed here. */
  expected: string[]
  /** Names of messages that must not become items. */
  unwanted: string[]
  connect(): Promise<void>
  deliver(subject: string, given?: { mail?: Mail; expect?: number } & Delivery): Promise<{ id: string }>
  items(): Promise<Item[]>
  runs(): Promise<Run[]>
  status(): Promise<string | undefined>
  isComplete(): Promise<boolean>
}

export async function openMailbox(world: World, person: Person): Promise<Mailbox> {
  const { sandbox } = world
  const api = patient(world.api(person))
  const connect = () => connectMailbox(sandbox, api, person, { timeoutMs: world.within(20_000) })
  await connect()
  const board = await aBoard(api, { name: `Board of ${person.name}` })
  const conditions = { none: [{ field: 'subject', operator: 'contains', values: ['unwanted'] }] }
  const recipe = await aRecipe(api, board, { conditions })
  const expected: string[] = []
  const unwanted: string[] = []
  const items = () => allItems(api, board.id)
  return {
    person,
    api,
    board,
    recipe,
    expected,
    unwanted,
    connect,
    async deliver(subject, { mail = {}, expect = 1, ...delivery } = {}) {
      for (let count = 0; count < expect; count += 1) expected.push(subject)
      if (expect === 0) unwanted.push(subject)
      const body = { contentType: 'html' as const, content: `<p>${bodyCanary}</p>` }
      return sandbox.graph.deliver(person, aMail({ body, ...mail, subject }), delivery)
    },
    items,
    runs: async () => (await api.call('listRuns', { query: { limit: '200' } })).items,
    // Polls the database, because the API would refuse so many requests.
    async status() {
      const [row] = await world.query.rows(
        `select status from connections join people on people.id = person_id where object_id = $1 and provider = 'microsoft'`,
        [person.objectId],
      )
      return row === undefined ? undefined : String(row['status'])
    },
    isComplete: async () => (await world.query.count(`select count(*) from items where board_id = $1`, [board.id])) >= expected.length,
  }
}

/** With the defaults, a wait takes minutes, and the API would refuse a client that keeps polling. */
const patient = (api: Api): Api => ({
  ...api,
  async call(name, given) {
    for (;;) {
      try {
        return await api.call(name, given)
      } catch (error) {
        if (!(error instanceof Error && error.message.includes('"too-many-requests"'))) throw error
        await wait(1_000)
      }
    }
  },
})

async function allItems(api: Api, boardId: string): Promise<Item[]> {
  const found: Item[] = []
  for (let cursor: string | null | undefined; ;) {
    const page = await api.call('listItems', { params: { id: boardId }, query: { limit: '200', ...(cursor ? { cursor } : {}) } })
    found.push(...page.items)
    cursor = page.next
    if (!cursor) return found
  }
}
