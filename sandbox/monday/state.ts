// What the stand-in for monday.com keeps. Ids are digits, as there; one account for each organisation of the directory.
import { randomBytes } from 'node:crypto'
import type { Person } from '../entra/directory.ts'
import { openLedger, type Ledger, type MondayCall, type WebhookAttempt } from '../ledger.ts'
import type { Board, Item, Update, Webhook } from './board.ts'
import type { Spent } from './limits.ts'

export type Tier = 'free' | 'standard' | 'pro' | 'enterprise'
export type Account = { id: string; name: string; slug: string; tier: Tier; tenantId: string }
export type User = { id: string; name: string; email: string; account: Account; objectId: string }

export type Token = {
  id: string
  user: User
  kind: 'personal' | 'oauth'
  /** null: a personal token does what its user may. */
  scopes: ReadonlySet<string> | null
  expiresAt: number | null
  isRevoked: boolean
}

/** `running`: its answer is not there yet. */
export type KeptAnswer = { at: number; body: string; status: 'running' | { answered: { status: number; json: unknown } } }

export type MondayState = {
  /** `{sandbox}/monday` */
  base: string
  /** Milliseconds since 1970, by a clock that a test may put forward. */
  now: () => number
  clock: { aheadMs: number }
  accounts: Map<string, Account>
  users: Map<string, User>
  boards: Map<string, Board>
  items: Map<string, Item>
  updates: Map<string, Update>
  files: Map<string, Buffer>
  webhooks: Map<string, Webhook>
  tokens: Map<string, Token>
  answers: Map<string, KeptAnswer>
  cursors: Map<string, { items: string[]; until: number }>
  spent: Map<string, Spent>
  behaviour: Behaviour
  app: { clientId: string; clientSecret: string; signingSecret: string; redirectUris: Set<string>; hasIntegration: boolean }
  ledger: Ledger<MondayCall>
  webhookLedger: Ledger<WebhookAttempt>
  nextId(): string
}

export type Behaviour = {
  /** How long after a write its values are found by a search; Infinity: never. */
  searchLagMs: number
  /** How long a write keeps its board: another that comes meanwhile finds it locked. */
  writeMs: number
  /** Whether answers are kept under their keys at all; what is over its budget is silently not kept. */
  keepsAnswers: boolean
  /** Whether an answer with errors is kept as well: not stated by the service. */
  keepsErrors: boolean
  /** Whether uploads know keys: not stated by the service. */
  keysOnFiles: boolean
  /** Tags in the body of an update that make it refused. */
  refusedTags: Set<string>
  oauth: 'discovery' | 'legacy'
  accessTokenSeconds: number
}

export function openMondayState({ url }: { url: string }): MondayState {
  const clock = { aheadMs: 0 }
  let lastId = 1_800_000_000
  return {
    base: `${url}/monday`,
    clock,
    now: () => Date.now() + clock.aheadMs,
    accounts: new Map(),
    users: new Map(),
    boards: new Map(),
    items: new Map(),
    updates: new Map(),
    files: new Map(),
    webhooks: new Map(),
    tokens: new Map(),
    answers: new Map(),
    cursors: new Map(),
    spent: new Map(),
    behaviour: {
      searchLagMs: 0,
      writeMs: 0,
      keepsAnswers: true,
      keepsErrors: true,
      keysOnFiles: false,
      refusedTags: new Set(),
      oauth: 'discovery',
      accessTokenSeconds: 3600,
    },
    app: {
      clientId: 'b0a7d0000000000000000000000000da',
      clientSecret: 'a-secret-of-the-stand-in~M3',
      signingSecret: randomBytes(16).toString('hex'),
      redirectUris: new Set(),
      hasIntegration: true,
    },
    ledger: openLedger(),
    webhookLedger: openLedger(),
    nextId: () => String((lastId += 7)),
  }
}

/** The person as monday.com knows them: a user of their organisation's account, by their address. */
export function userOf(state: MondayState, { objectId, tenantId, name, address }: Person): User {
  const known = [...state.users.values()].find((user) => user.objectId === objectId)
  if (known) return known
  const user = { id: state.nextId(), name, email: address, account: accountOf(state, tenantId, address), objectId }
  state.users.set(user.id, user)
  return user
}

function accountOf(state: MondayState, tenantId: string, address: string): Account {
  const known = state.accounts.get(tenantId)
  if (known) return known
  const slug = (address.split('@')[1] ?? 'account').split('.')[0] ?? 'account'
  const account: Account = { id: state.nextId(), name: slug, slug, tier: 'enterprise', tenantId }
  state.accounts.set(tenantId, account)
  return account
}
