// What a template may name, by trigger, and the values behind the names.
import type { Address, Message, MessageField } from './message.ts'

export type TemplateNames = 'mail' | 'board'

/** The names of mail triggers, each with the part of a message that it needs. */
export const messageNames = {
  'message.subject': 'subject',
  'message.from.name': 'from',
  'message.from.address': 'from',
  'message.to': 'to',
  'message.cc': 'cc',
  'message.receivedAt': 'receivedAt',
  'message.body.text': 'body',
  'message.body.html': 'body',
  'message.webLink': 'webLink',
} as const satisfies Record<string, MessageField>

const boardNames = ['item.name', 'item.url', 'update.text', 'owner.name'] as const

export type MessageScope = {
  message: {
    subject: string
    from: { name: string; address: string }
    to: string
    cc: string
    receivedAt: string
    body: { text: string; html: string }
    webLink: string
  }
}
export type BoardScope = {
  item: { name: string; url: string; columns: Record<string, string> }
  update: { text: string }
  owner: { name: string }
}
export type TemplateScope = MessageScope | BoardScope

export function isKnownName(segments: readonly string[], names: TemplateNames): boolean {
  if (names === 'mail') return Object.hasOwn(messageNames, segments.join('.'))
  const isColumn = segments.length === 3 && segments[0] === 'item' && segments[1] === 'columns'
  return isColumn || boardNames.some((name) => name === segments.join('.'))
}

export function scopeOf(message: Message): MessageScope {
  return {
    message: {
      subject: message.subject,
      from: message.from === null ? { name: '', address: '' } : { name: message.from.name, address: message.from.address },
      to: addressList(message.to),
      cc: addressList(message.cc),
      receivedAt: message.receivedAt,
      body: { text: message.body.text, html: message.body.html },
      webLink: message.webLink,
    },
  }
}

/** What a template is tried on when it is saved. */
export function sampleScope(names: TemplateNames): TemplateScope {
  if (names === 'board')
    return { item: { name: 'item', url: 'https://example.org', columns: {} }, update: { text: 'update' }, owner: { name: 'owner' } }
  const from = { name: 'Ann', address: 'ann@example.org' }
  const body = { text: 'text', html: '<p>text</p>' }
  return {
    message: { subject: 'subject', from, to: 'Ann', cc: 'Ann', receivedAt: '2026-01-31T10:00:00Z', body, webLink: 'https://example.org' },
  }
}

function addressList(addresses: Address[]): string {
  return addresses.map(({ name, address }) => (name === '' ? address : `${name} <${address}>`)).join(', ')
}
