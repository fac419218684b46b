// The mailbox as the Outlook page shows it. This is Outlook's own access, without Graph's permissions.
import type { Mailbox } from '../graph/mailbox.ts'
import type { Message } from '../graph/message.ts'

export function mailboxView(mailbox: Mailbox) {
  return {
    folders: mailbox.folders.map(({ id, wellKnownName, displayName }) => {
      const inside = mailbox.messages.filter(({ folderId }) => folderId === id)
      return { id, name: wellKnownName, displayName, total: inside.length, unread: inside.filter(({ isRead }) => !isRead).length }
    }),
    messages: mailbox.messages
      .toSorted((one, other) => other.receivedAt.getTime() - one.receivedAt.getTime())
      .map((message) => summaryOf(mailbox, message)),
  }
}

export function messageView(mailbox: Mailbox, id: string) {
  const message = mailbox.message(id)
  if (!message) return null
  return {
    ...summaryOf(mailbox, message),
    body: message.body,
    to: message.to,
    cc: message.cc,
    sender: message.sender,
    conversationId: message.conversationId,
    internetMessageId: message.internetMessageId,
    itemClass: message.messageClass,
    sentAt: message.sentAt,
    headers: message.headers,
    attachments: message.attachments.map(({ id: attachmentId, name, contentType, content, isInline, contentId, kind }) => ({
      id: attachmentId,
      name,
      contentType,
      size: content.length,
      isInline,
      kind,
      // The page shows inline pictures, but not files.
      ...(isInline ? { contentId, dataUrl: `data:${contentType};base64,${content.toString('base64')}` } : {}),
    })),
  }
}

/** `id` is the ID from Office.js: the ordinary one, in EWS form. */
function summaryOf(mailbox: Mailbox, message: Message) {
  return {
    id: message.id.replaceAll('-', '/').replaceAll('_', '+'),
    restId: message.id,
    immutableId: message.immutableId,
    folder: mailbox.folder(message.folderId)?.wellKnownName ?? null,
    subject: message.subject,
    from: message.from,
    receivedAt: message.receivedAt,
    isRead: message.isRead,
    importance: message.importance,
    sensitivity: message.sensitivity,
    categories: message.categories,
    hasAttachments: message.attachments.some(({ isInline }) => !isInline),
  }
}
