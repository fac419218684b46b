// A person connected to monday.com through the API, with a board there, and recipes that write to it.
import type { Person } from '../../sandbox/entra/directory.ts'
import type { NewColumn } from '../../sandbox/monday/board.ts'
import { createItemOn } from './builders.ts'
import { until } from './until.ts'
import type { World } from './world.ts'

/** The column by which our items are found again is there already, unless a test says otherwise. */
const usualColumns: NewColumn[] = [
  { id: 'mailboard_ref', title: 'Mailboard ref', type: 'text' },
  { id: 'amount', title: 'Amount', type: 'numbers' },
  { id: 'sender', title: 'From', type: 'email' },
  { id: 'status', title: 'Status', type: 'status', labels: ['New', 'Done'] },
]

export async function connectMonday(world: World, person: Person): Promise<void> {
  const token = await world.sandbox.monday.personalToken(person)
  await world.api(person).call('connectMonday', { body: { token } })
}

/** Both connected: the mailbox and monday.com. */
export async function mondayBoard(world: World, person = world.camille, columns = usualColumns) {
  await world.connect(person)
  await connectMonday(world, person)
  const { id } = world.sandbox.monday.board(person, { name: 'Invoices', groups: ['New', 'Paid'], columns })
  const itemsThere = () =>
    world.sandbox.monday.items(id).map((item) => ({
      id: item.id,
      name: item.name,
      group: item.groupId,
      columns: world.sandbox.monday.textsOf(item),
      updates: world.sandbox.monday.updates(item.id).map(({ body }) => body),
    }))
  return {
    id,
    itemsThere,
    untilThere: (count: number) => until(async () => (itemsThere().length >= count ? itemsThere() : undefined)),
    ref: { target: 'monday' as const, id },
  }
}

export const createOnMonday = (board: { id: string }, overrides: Record<string, unknown> = {}) =>
  createItemOn(board, { board: { target: 'monday', id: board.id }, ...overrides })

export const mondayConnection = async (world: World, person = world.camille) =>
  (await world.api(person).call('listConnections')).find(({ provider }) => provider === 'monday')
