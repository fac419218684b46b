import type { Message, Recipient } from './message.ts'

/** A plain MIME form of the message: its headers and its body, without the attachments. */
export function mimeFrom(message: Message): string {
  const lines = [
    `Message-ID: ${message.internetMessageId}`,
    `Date: ${message.sentAt.toUTCString()}`,
    ...(message.from ? [`From: ${mailboxText(message.from)}`] : []),
    `To: ${message.to.map(mailboxText).join(', ')}`,
    `Subject: ${encodeWord(message.subject ?? '')}`,
    'MIME-Version: 1.0',
    `Content-Type: text/${message.body.contentType === 'html' ? 'html' : 'plain'}; charset=utf-8`,
    'Content-Transfer-Encoding: base64',
  ]
  const body = Buffer.from(message.body.content).toString('base64').replaceAll(/.{76}/g, '$&\r\n')
  return `${lines.join('\r\n')}\r\n\r\n${body}\r\n`
}

const mailboxText = ({ name, address }: Recipient) => (name ? `${encodeWord(name)} <${address}>` : address)
const encodeWord = (text: string) => (/^[ -~]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString('base64')}?=`)
