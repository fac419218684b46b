// A message as the mailbox stores it, and as a sender sends it.
import { randomBytes, randomUUID } from 'node:crypto'

export type Recipient = { name: string; address: string }
export type Importance = 'low' | 'normal' | 'high'
export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential'

export type Attachment = {
  id: string
  kind: 'file' | 'item' | 'reference'
  name: string
  contentType: string | null
  content: Buffer
  isInline: boolean
  contentId: string | null
}

export type Mail = {
  subject?: string | null
  from?: Recipient | null
  sender?: Recipient | null
  to?: Recipient[]
  cc?: Recipient[]
  bcc?: Recipient[]
  replyTo?: Recipient[]
  body?: { contentType: 'html' | 'text'; content: string }
  receivedAt?: Date
  sentAt?: Date
  importance?: Importance
  sensitivity?: Sensitivity
  categories?: string[]
  headers?: { name: string; value: string }[]
  internetMessageId?: string
  conversationId?: string
  messageClass?: string
  isRead?: boolean
  isDraft?: boolean
  attachments?: { kind?: Attachment['kind']; name: string; contentType?: string; content: Buffer; isInline?: boolean; contentId?: string }[]
}

export type Message = Required<Omit<Mail, 'attachments'>> & {
  /** Changes with every move, as the default id of Graph does. */
  id: string
  immutableId: string
  changeKey: string
  folderId: string
  createdAt: Date
  modifiedAt: Date
  attachments: Attachment[]
}

export function messageFromMail(mail: Mail, folderId: string, owner: Recipient): Message {
  const receivedAt = mail.receivedAt ?? new Date()
  const from = mail.from ?? null
  return {
    id: makeOrdinaryId(),
    immutableId: `AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A${randomBytes(54).toString('base64url')}`,
    changeKey: makeChangeKey(),
    folderId,
    createdAt: receivedAt,
    modifiedAt: new Date(),
    subject: mail.subject ?? '',
    from,
    sender: mail.sender ?? from,
    to: mail.to ?? [owner],
    cc: mail.cc ?? [],
    bcc: mail.bcc ?? [],
    replyTo: mail.replyTo ?? [],
    body: mail.body ?? { contentType: 'html', content: '' },
    receivedAt,
    sentAt: mail.sentAt ?? receivedAt,
    importance: mail.importance ?? 'normal',
    sensitivity: mail.sensitivity ?? 'normal',
    categories: mail.categories ?? [],
    headers: mail.headers ?? [],
    internetMessageId: mail.internetMessageId ?? `<${randomUUID()}@mail.example>`,
    conversationId: mail.conversationId ?? `AAQkADA${randomBytes(36).toString('base64url')}=`,
    messageClass: mail.messageClass ?? 'IPM.Note',
    isRead: mail.isRead ?? false,
    isDraft: mail.isDraft ?? false,
    attachments: (mail.attachments ?? []).map((attachment) => ({
      id: `AAMkADA${randomBytes(90).toString('base64url')}=`,
      kind: attachment.kind ?? 'file',
      name: attachment.name,
      contentType: attachment.contentType ?? null,
      content: attachment.content,
      isInline: attachment.isInline ?? false,
      contentId: attachment.contentId ?? null,
    })),
  }
}

export const makeOrdinaryId = () => `AAMkADA${randomBytes(105).toString('base64url')}A=`
export const makeChangeKey = () => `CQAAABYAAA${randomBytes(21).toString('base64url')}`

export function sizeOf(message: Message): number {
  const files = message.attachments.reduce((sum, { content }) => sum + content.length, 0)
  return 1500 + Buffer.byteLength(message.body.content) + files
}
