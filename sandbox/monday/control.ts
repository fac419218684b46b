// What tests and the page do with the stand-in: people of monday.com who change boards by hand, and how the service behaves.
import type { Person } from '../entra/directory.ts'
import { type Board, columnFor, type Item, type Update } from './board.ts'
import { textOfCell } from './cells.ts'
import type { Service } from './execute.ts'
import { type Limits, spentBy } from './limits.ts'
import { issueToken } from './oauth-routes.ts'
import { updatesOf } from './shown.ts'
import { type Behaviour, type Tier, type User, userOf } from './state.ts'
import { itemsOn, type NewBoard, type NewItem } from './writes.ts'

export type MondayControl = ReturnType<typeof mondayControl>

export function mondayControl({ state, writes, webhooks }: Service) {
  const boardOf = (id: string): Board => state.boards.get(id) ?? missing('board', id)
  const itemOf = (id: string): Item => state.items.get(id) ?? missing('item', id)
  return {
    user: (person: Person): User => userOf(state, person),
    /** It does whatever its user may. */
    personalToken: (person: Person) => issueToken(state, { user: userOf(state, person), kind: 'personal', scopes: null, expiresAt: null }),
    oauthToken: (person: Person, scopes: readonly string[], lifeSeconds = 3600) =>
      issueToken(state, {
        user: userOf(state, person),
        kind: 'oauth',
        scopes: new Set(scopes),
        expiresAt: state.now() + lifeSeconds * 1000,
      }),
    revokeTokens(person: Person): void {
      const user = userOf(state, person)
      for (const token of state.tokens.values()) if (token.user === user) token.isRevoked = true
    },
    /** Answers the page at this address as a person would; gives the address that the browser is sent to. */
    async answerAuthorize(address: string, person: Person, decision: 'authorize' | 'deny' = 'authorize'): Promise<string> {
      const body = new URLSearchParams({ user: userOf(state, person).id, decision })
      const answered = await fetch(address, { method: 'POST', body, redirect: 'manual' })
      return answered.headers.get('location') ?? missing('redirect', `${answered.status} ${await answered.text()}`)
    },

    board: (person: Person, board: NewBoard): Board => writes.createBoard(userOf(state, person), board),
    createItem: (person: Person, boardId: string, item: NewItem): Item => writes.createItem(userOf(state, person), boardOf(boardId), item),
    changeColumns: (person: Person, itemId: string, values: Record<string, unknown>): void =>
      writes.changeColumns(userOf(state, person), itemOf(itemId), values, true),
    addUpdate: (person: Person, itemId: string, body: string, replyTo: string | null = null): Update =>
      writes.createUpdate(userOf(state, person), itemOf(itemId), body, replyTo),
    editUpdate: (person: Person, update: Update, body: string): void => writes.editUpdate(userOf(state, person), update, body),
    deleteItem: (person: Person, itemId: string): void => writes.end(userOf(state, person), itemOf(itemId), 'deleted'),
    archiveItem: (person: Person, itemId: string): void => writes.end(userOf(state, person), itemOf(itemId), 'archived'),
    deleteBoard: (id: string): void => void (boardOf(id).state = 'deleted'),
    deleteColumn: (id: string, columnId: string): void => void (columnFor(boardOf(id), columnId).isDeleted = true),
    archiveGroup(id: string, groupId: string): void {
      for (const group of boardOf(id).groups) if (group.id === groupId) group.state = 'archived'
    },
    /** From now on only these see it. */
    makePrivate(id: string, people: readonly Person[] = []): void {
      const board = boardOf(id)
      board.kind = 'private'
      board.members = new Set(people.map((person) => userOf(state, person).id))
    },
    items: (id: string): Item[] => itemsOn(state, boardOf(id)),
    /** What the item shows in its columns, by id. */
    textsOf(item: Item): Record<string, string> {
      const shown = item.board.columns.filter(({ type }) => type !== 'name')
      return Object.fromEntries(shown.map((column) => [column.id, textOfCell(state, column, item.cells[column.id])]))
    },
    updates: (itemId: string): Update[] => updatesOf(state, itemOf(itemId)),
    updateOf: (id: string): Update | undefined => state.updates.get(id),

    behave: (how: Partial<Behaviour>): void => void Object.assign(state.behaviour, how),
    /** Answers that were kept under keys are forgotten, as when they are over the budget. */
    forgetAnswers: () => state.answers.clear(),
    setTier: (person: Person, tier: Tier): void => void (userOf(state, person).account.tier = tier),
    setLimits: (person: Person, limits: Partial<Limits>): void => void (spentBy(state, userOf(state, person).account.id).limits = limits),
    /** Of an account all that it has used is as new. */
    forgetSpent: () => state.spent.clear(),
    /** Puts the stand-in's clock forward. */
    advance: (ms: number): void => void (state.clock.aheadMs += ms),
    now: state.now,
    app: state.app,
    webhooks,
    ledger: state.ledger,
    webhookAttempts: state.webhookLedger,
  }
}

function missing(what: string, which: string): never {
  throw new Error(`There is no ${what} ${which}.`)
}
