import type { Message } from '../../recipes/message.ts'

/** What a run shows of a message, and what links it to its conversation. */
export type Mail = {
  subject: string
  from: string
  senderAddress: string
  receivedAt: string
  conversationId: string
  internetMessageId: string
}

export function mailOf({ subject, from, receivedAt, conversationId, internetMessageId }: Message): Mail {
  const sender = from === null ? '' : from.name === '' ? from.address : `${from.name} <${from.address}>`
  return { subject, from: sender, senderAddress: from?.address ?? '', receivedAt, conversationId, internetMessageId }
}
