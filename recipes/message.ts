export type Address = { name: string; address: string }

export type AttachmentSummary = {
  id: string
  name: string
  contentType: string
  size: number
  kind: 'file' | 'item' | 'reference'
  isInline: boolean
}

/** A mail as the recipe language sees it. What a mail lacks is an empty text, an empty list or null, never undefined. */
export type Message = {
  /** Graph's immutable id. */
  id: string
  subject: string
  from: Address | null
  sender: Address | null
  to: Address[]
  cc: Address[]
  replyTo: Address[]
  /** ISO 8601, in UTC. */
  receivedAt: string
  body: { text: string; html: string }
  importance: 'low' | 'normal' | 'high'
  sensitivity: 'normal' | 'personal' | 'private' | 'confidential'
  messageClass: string
  /** Bytes; null when it was not read. */
  size: number | null
  categories: string[]
  headers: { name: string; value: string }[]
  hasAttachments: boolean
  attachments: AttachmentSummary[]
  webLink: string
  conversationId: string
  internetMessageId: string
  /** `timeZone`: where they read their mail, an IANA name; without it dates are those of UTC. */
  owner: { addresses: string[]; timeZone?: string }
  /** Names what had to be cut when the mail was read, for example `body`. */
  cut: string[]
}

/** The parts of a message: what the server asks Graph for, and no more. */
export type MessageField = Exclude<keyof Message, 'id' | 'owner' | 'cut'>
