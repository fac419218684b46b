// The calls that each stand-in received, for tests to check. They contain neither secrets nor bodies,
// unless a test asks for bodies: see `keepBodies`.

export type GraphCall = {
  at: Date
  method: string
  path: string
  query: Record<string, string>
  /** The caller's object id, when the token is known. */
  person: string | null
  tokenId: string | null
  /** Calls in progress on this mailbox when this one arrived, including itself. */
  inFlight: number
  /** Null while the call is in progress; 0 if the connection ended without an answer. */
  status: number | null
  /** JSON as it was sent; undefined if there was none. */
  bodies?: { request: unknown; answer: unknown }
}

export type TokenRequest = {
  at: Date
  tenant: string
  grant: string
  scopes: string[]
  person: string | null
  /** `ok`, or the OAuth error word. */
  outcome: string
  code: number | null
}

export type VaultCall = {
  at: Date
  method: string
  path: string
  accessor: string | null
  entityAlias: string | null
  status: number | null
}

export type NotificationAttempt = {
  at: Date
  url: string
  subscriptionIds: string[]
  messageIds: string[]
  attempt: number
  /** 0 if there was no answer in time. */
  status: number
  body?: unknown
}

export type MondayCall = {
  at: Date
  path: string
  /** The name of the document's operation, as it was sent. */
  operation: string | null
  /** The fields at the root of the document, once it was taken. */
  fields: string[]
  board: string | null
  user: string | null
  tokenId: string | null
  /** The idempotency key. */
  key: string | null
  version: string | null
  isReplayed: boolean
  /** A known key came with another body. */
  isOtherBody: boolean
  codes: string[]
  status: number | null
}

export type WebhookAttempt = { at: Date; url: string; subscriptionId: string; attempt: number; status: number; body: unknown }

export type Ledger<Entry> = { readonly entries: Entry[]; clear(): void }

export function openLedger<Entry>(): Ledger<Entry> {
  const entries: Entry[] = []
  return { entries, clear: () => void entries.splice(0) }
}
