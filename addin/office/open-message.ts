// The mail that is open beside the pane. While the pane is pinned it changes under us, and there may be none.
import { useSyncExternalStore } from 'react'

type Address = { name: string; address: string }

export type OpenMessage = {
  /** The ordinary REST id; the server turns it into the immutable one. */
  id: string
  subject: string
  from: Address | null
  sender: Address | null
  to: Address[]
  cc: Address[]
  receivedAt: string
  messageClass: string
  conversationId: string | null
  internetMessageId: string | null
  attachments: { name: string; size: number; contentType: string; isInline: boolean }[]
}

let current: OpenMessage | null = null
const listeners = new Set<() => void>()

/** Call once, when the host is ready. */
export function watchOpenMessage() {
  current = readOpenMessage()
  Office.context.mailbox.addHandlerAsync(Office.EventType.ItemChanged, () => {
    current = readOpenMessage()
    for (const listener of listeners) listener()
  })
}

export const useOpenMessage = (): OpenMessage | null => useSyncExternalStore(listen, () => current)

/** The body of the open mail, or null when another mail has been opened meanwhile. */
export async function readBody(message: OpenMessage, as: 'text' | 'html'): Promise<string | null> {
  const body = Office.context.mailbox.item?.body
  if (body === undefined || current?.id !== message.id) return null
  const text = await new Promise<string | null>((resolve) => {
    body.getAsync(as === 'text' ? Office.CoercionType.Text : Office.CoercionType.Html, (result) =>
      resolve(result.status === Office.AsyncResultStatus.Succeeded ? result.value : null),
    )
  })
  return current?.id === message.id ? text : null
}

/** The address of the mailbox that the pane stands beside. */
export const mailboxAddress = (): string => (typeof Office === 'undefined' ? '' : (Office.context.mailbox?.userProfile.emailAddress ?? ''))

function listen(listener: () => void) {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function readOpenMessage(): OpenMessage | null {
  const item = Office.context.mailbox.item
  // Appointments and drafts have no id of a received mail.
  if (!item || item.itemType !== Office.MailboxEnums.ItemType.Message || !item.itemId) return null
  return {
    id: restId(item.itemId),
    subject: item.subject ?? '',
    from: addressFrom(item.from),
    sender: addressFrom(item.sender),
    to: addressesFrom(item.to),
    cc: addressesFrom(item.cc),
    receivedAt: new Date(item.dateTimeCreated ?? 0).toISOString(),
    messageClass: item.itemClass ?? '',
    conversationId: item.conversationId ? restId(item.conversationId) : null,
    internetMessageId: item.internetMessageId || null,
    attachments: (item.attachments ?? []).map(({ name, size, contentType, isInline }) => ({ name, size, contentType, isInline })),
  }
}

/** Phones have REST ids already, and no function that makes them. */
function restId(id: string): string {
  const { mailbox } = Office.context
  return typeof mailbox.convertToRestId === 'function' ? mailbox.convertToRestId(id, Office.MailboxEnums.RestVersion.v2_0) : id
}

/** Of some Outlook gives the name alone. */
function addressFrom(person: Office.EmailAddressDetails | undefined): Address | null {
  const address = (person?.emailAddress ?? '').trim()
  const name = (person?.displayName ?? '').trim() || address
  return name === '' ? null : { name, address }
}

const addressesFrom = (people: Office.EmailAddressDetails[] | undefined): Address[] =>
  (people ?? []).map(addressFrom).filter((address) => address !== null)
