// One condition on one message. Of several values any one suffices; a negative operator holds when none of them is found.
import { isAutomaticReply } from './automatic-reply.ts'
import type { AddressOperator, Field, FieldOf } from './condition.ts'
import { fold } from './fold.ts'
import type { Address, Message } from './message.ts'
import type { Condition } from './recipe.ts'
import { ownAddresses } from './own-address.ts'
import { matches } from './regex.ts'

const shown = 200
const bytesPerKilobyte = 1024

const foldedBodies = new WeakMap<Message['body'], { text: string; folded: string }>()

export function evaluate(condition: Condition, message: Message): { holds: boolean; decidedBy: string } {
  switch (condition.field) {
    case 'size':
      return sizeHolds(condition.operator, condition.values[0] ?? 0, message.size)
    case 'importance':
    case 'sensitivity':
      return choiceHolds(condition.operator, condition.values, message[condition.field])
    case 'subject':
    case 'body':
    case 'subjectOrBody':
    case 'categories':
    case 'header':
      return textHolds(condition, message)
    case 'from':
    case 'sender':
    case 'to':
    case 'cc':
    case 'recipients':
      return addressHolds(condition.field, condition.operator, condition.values, addressesOf[condition.field](message))
    default:
      return flagHolds(condition.values[0] ?? true, flags[condition.field](message))
  }
}

const addressesOf = {
  from: (message) => present(message.from),
  sender: (message) => present(message.sender),
  to: (message) => message.to,
  cc: (message) => message.cc,
  recipients: (message) => [...message.to, ...message.cc],
} satisfies Record<FieldOf<'address'>, (message: Message) => Address[]>

const flags = {
  // Graph's flag is false for a mail whose only attachments stand in its text; the list, where it was read, knows better.
  hasAttachments: (message) => message.hasAttachments || message.attachments.length > 0,
  sentToMe: (message) => message.to.some(isOwner(message)),
  sentCcMe: (message) => message.cc.some(isOwner(message)),
  sentOnlyToMe: (message) => message.to.length > 0 && message.cc.length === 0 && message.to.every(isOwner(message)),
  isAutomaticReply,
  isMeetingRequest: (message) => isClass(message.messageClass, 'ipm.schedule.meeting.request'),
  isNonDeliveryReport: (message) => /^report\..*\.ndr$/.test(message.messageClass.toLowerCase()),
} satisfies Record<FieldOf<'flag'>, (message: Message) => boolean>

/** How a text is looked at, once for all values, and what is asked of it for each. */
const textTests = {
  contains: { seen: (text) => text, holds: (text, value) => text.includes(value) },
  is: { seen: (text) => text.trim(), holds: (text, value) => text === value.trim() },
  'starts-with': { seen: (text) => text.trimStart(), holds: (text, value) => text.startsWith(value.trimStart()) },
  'ends-with': { seen: (text) => text.trimEnd(), holds: (text, value) => text.endsWith(value.trimEnd()) },
} satisfies Record<string, { seen: (text: string) => string; holds: (text: string, value: string) => boolean }>

function textHolds(
  condition: Extract<Condition, { field: FieldOf<'text'> | 'header' }>,
  message: Message,
): { holds: boolean; decidedBy: string } {
  const texts = textsOf(condition, message)
  const foldText = (text: string): string => (text === message.body.text ? foldedBody(message.body) : fold(text))
  const found = firstFound(condition.operator, condition.values, texts, foldText)
  return verdict(condition.field, isNegative(condition.operator), found, texts)
}

function addressHolds(
  field: Field,
  operator: AddressOperator,
  values: string[],
  addresses: Address[],
): { holds: boolean; decidedBy: string } {
  const whole = addresses.map(addressText)
  if (operator === 'domain-is') {
    const domains = new Set(addresses.map((each) => fold(each.address.slice(each.address.lastIndexOf('@') + 1))))
    return verdict(
      field,
      false,
      values.find((value) => domains.has(fold(value.trim().replace(/^@/, '')))),
      whole,
    )
  }
  // A mail without a sender has an empty text there, so that `is ''` and `does-not-contain` mean what they say.
  const texts = addresses.length === 0 ? [''] : addresses.flatMap((each) => [each.address, each.name, addressText(each)])
  return verdict(field, isNegative(operator), firstFound(operator, values, texts, fold), whole)
}

function verdict(field: Field, negative: boolean, found: string | undefined, texts: string[]): { holds: boolean; decidedBy: string } {
  const own = field === 'body' || field === 'subjectOrBody' ? '' : cut(texts.join(', '))
  return { holds: (found !== undefined) !== negative, decidedBy: found === undefined ? own : cut(found) }
}

function firstFound(
  operator: Exclude<AddressOperator, 'domain-is'>,
  values: string[],
  texts: string[],
  foldText: (text: string) => string,
): string | undefined {
  if (operator === 'matches') return values.find((value) => texts.some((text) => matches(value, text)))
  const test = operator === 'does-not-contain' ? 'contains' : operator === 'is-not' ? 'is' : operator
  const { seen, holds } = textTests[test]
  const folded = texts.map((text) => seen(foldText(text)))
  return values.find((value) => {
    const wanted = fold(value)
    // Of a value that nobody sees, every text would hold the rest.
    if (wanted === '' && test !== 'is') return false
    return folded.some((text) => holds(text, wanted))
  })
}

/** Folding 5 MB takes 100 to 1,000 ms, and a recipe may look at a body many times: it is folded once, and forgotten with the message. */
function foldedBody(body: Message['body']): string {
  const known = foldedBodies.get(body)
  if (known !== undefined && known.text === body.text) return known.folded
  const folded = fold(body.text)
  foldedBodies.set(body, { text: body.text, folded })
  return folded
}

function choiceHolds(operator: 'is' | 'is-not', values: readonly string[], value: string): { holds: boolean; decidedBy: string } {
  return { holds: values.includes(value) === (operator === 'is'), decidedBy: value }
}

/** A size that was not read meets no bound. */
function sizeHolds(operator: 'at-least' | 'at-most', kilobytes: number, size: number | null): { holds: boolean; decidedBy: string } {
  if (size === null) return { holds: false, decidedBy: '' }
  const bound = kilobytes * bytesPerKilobyte
  return { holds: operator === 'at-least' ? size >= bound : size <= bound, decidedBy: String(Math.ceil(size / bytesPerKilobyte)) }
}

function flagHolds(wanted: boolean, actual: boolean): { holds: boolean; decidedBy: string } {
  return { holds: actual === wanted, decidedBy: String(actual) }
}

function textsOf(condition: Extract<Condition, { field: FieldOf<'text'> | 'header' }>, message: Message): string[] {
  switch (condition.field) {
    case 'subject':
      return [message.subject]
    case 'body':
      return [message.body.text]
    case 'subjectOrBody':
      return [message.subject, message.body.text]
    case 'categories':
      return orEmpty(message.categories)
    case 'header':
      return orEmpty(headerTexts(message, condition.name))
  }
}

function headerTexts(message: Message, name: string | undefined): string[] {
  if (name === undefined) return message.headers.map((header) => `${header.name}: ${header.value}`)
  const wanted = name.toLowerCase()
  return message.headers.filter((header) => header.name.toLowerCase() === wanted).map((header) => header.value)
}

function isClass(messageClass: string, wanted: string): boolean {
  const own = messageClass.toLowerCase()
  return own === wanted || own.startsWith(`${wanted}.`)
}

function isOwner(message: Message): (each: Address) => boolean {
  const isOwn = ownAddresses(message.owner.addresses)
  return ({ address }) => isOwn(address)
}

function isNegative(operator: AddressOperator): boolean {
  return operator === 'does-not-contain' || operator === 'is-not'
}

function addressText({ name, address }: Address): string {
  return name === '' ? address : `${name} <${address}>`
}

function present(address: Address | null): Address[] {
  return address === null ? [] : [address]
}

function orEmpty(texts: string[]): string[] {
  return texts.length === 0 ? [''] : texts
}

function cut(text: string): string {
  return text.length > shown ? `${text.slice(0, shown - 1)}…` : text
}
