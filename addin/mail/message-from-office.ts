import type { Address, Message } from '../../recipes/message.ts'
import { mailboxAddress, type OpenMessage } from '../office/open-message.ts'

/** The open mail as the recipe language sees one. What Outlook does not show an add-in is empty. */
export function messageFromOffice(message: OpenMessage, text: string): Message {
  const attachments = message.attachments.map((attachment, index) => ({ ...attachment, id: String(index), kind: 'file' as const }))
  return {
    ...message,
    from: message.from && nameless(message.from),
    sender: message.sender && nameless(message.sender),
    to: message.to.map(nameless),
    cc: message.cc.map(nameless),
    attachments,
    replyTo: [],
    body: { text, html: '' },
    importance: 'normal',
    sensitivity: 'normal',
    size: null,
    categories: [],
    headers: [],
    hasAttachments: attachments.some(({ isInline }) => !isInline),
    webLink: '',
    conversationId: message.conversationId ?? '',
    internetMessageId: message.internetMessageId ?? '',
    owner: { addresses: [mailboxAddress()] },
    cut: [],
  }
}

/** Outlook shows the address of somebody without a name in its place. */
const nameless = ({ name, address }: Address): Address => ({ name: name === address ? '' : name, address })
