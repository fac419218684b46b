import type { Person } from '../entra/directory.ts'
import type { GraphToken } from '../entra/state.ts'
import { openLedger, type GraphCall, type Ledger, type NotificationAttempt } from '../ledger.ts'
import { openMailbox, type Mailbox } from './mailbox.ts'

export type Subscription = {
  id: string
  person: Person
  resource: string
  /** Null when it watches all folders. */
  folderId: string | null
  changeTypes: string[]
  notificationUrl: string
  lifecycleNotificationUrl: string | null
  clientState: string | null
  expiresAt: Date
  immutableIds: boolean
  applicationId: string
}

export type MailboxChange = { kind: 'created' | 'updated' | 'moved' | 'deleted'; person: string; id: string; folder: string | null }

export type GraphState = {
  /** `{sandbox}/v1.0` */
  base: string
  clientId: string
  tokens: Map<string, GraphToken>
  mailboxes: Map<string, Mailbox>
  subscriptions: Map<string, Subscription>
  /** The longest duration of a subscription. */
  subscriptionMinutes: number
  inFlight: Map<string, number>
  ledger: Ledger<GraphCall>
  notificationLedger: Ledger<NotificationAttempt>
  /** Whether the ledgers keep bodies too. */
  keepsBodies: boolean
  listeners: Set<(change: MailboxChange) => void>
}

export function openGraphState(given: { url: string; clientId: string; tokens: Map<string, GraphToken> }): GraphState {
  return {
    base: `${given.url}/v1.0`,
    clientId: given.clientId,
    tokens: given.tokens,
    mailboxes: new Map(),
    subscriptions: new Map(),
    subscriptionMinutes: 10_080,
    inFlight: new Map(),
    ledger: openLedger(),
    notificationLedger: openLedger(),
    keepsBodies: false,
    listeners: new Set(),
  }
}

export function mailboxOf(state: GraphState, person: Person): Mailbox {
  const mailbox = state.mailboxes.get(person.objectId) ?? openMailbox(person)
  state.mailboxes.set(person.objectId, mailbox)
  return mailbox
}

export function announceChange(state: GraphState, change: MailboxChange): void {
  for (const listener of state.listeners) listener(change)
}
