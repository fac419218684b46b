// The one table of what a condition may look at and how. The parser, the evaluation, the words and the pane's editor
// are all drawn from it: a field is added here, and the compiler asks for the rest.
import type { Message } from './message.ts'

const textOperators = ['contains', 'does-not-contain', 'is', 'is-not', 'starts-with', 'ends-with', 'matches'] as const
const addressOperators = [...textOperators, 'domain-is'] as const
const choiceOperators = ['is', 'is-not'] as const
const flagOperators = ['is'] as const
const sizeOperators = ['at-least', 'at-most'] as const

export type AddressOperator = (typeof addressOperators)[number]
export type SizeOperator = (typeof sizeOperators)[number]
export type Operator = AddressOperator | SizeOperator

export const operatorsOf = {
  text: textOperators,
  address: addressOperators,
  header: textOperators,
  choice: choiceOperators,
  flag: flagOperators,
  size: sizeOperators,
} as const

export const fieldsOf = {
  text: ['subject', 'body', 'subjectOrBody', 'categories'],
  address: ['from', 'sender', 'to', 'cc', 'recipients'],
  header: ['header'],
  choice: ['importance', 'sensitivity'],
  flag: ['hasAttachments', 'sentToMe', 'sentOnlyToMe', 'sentCcMe', 'isAutomaticReply', 'isMeetingRequest', 'isNonDeliveryReport'],
  /** Kilobytes of 1,024 bytes, as in Graph's withinSizeRange. */
  size: ['size'],
} as const

type FieldKind = keyof typeof fieldsOf
export type FieldOf<Kind extends FieldKind> = (typeof fieldsOf)[Kind][number]
export type Field = FieldOf<FieldKind>

export const choices = {
  importance: ['low', 'normal', 'high'],
  sensitivity: ['normal', 'personal', 'private', 'confidential'],
} as const satisfies Record<FieldOf<'choice'>, readonly string[]>

/** The parts of a message: what the server asks Graph for, and no more. */
export type MessageField = Exclude<keyof Message, 'id' | 'owner' | 'cut'>

/** Each field with its kind and the parts of a message that it looks at. */
export const fields = {
  subject: { kind: 'text', needs: ['subject'] },
  body: { kind: 'text', needs: ['body'] },
  subjectOrBody: { kind: 'text', needs: ['subject', 'body'] },
  from: { kind: 'address', needs: ['from'] },
  sender: { kind: 'address', needs: ['sender'] },
  to: { kind: 'address', needs: ['to'] },
  cc: { kind: 'address', needs: ['cc'] },
  recipients: { kind: 'address', needs: ['to', 'cc'] },
  header: { kind: 'header', needs: ['headers'] },
  importance: { kind: 'choice', needs: ['importance'] },
  sensitivity: { kind: 'choice', needs: ['sensitivity'] },
  categories: { kind: 'text', needs: ['categories'] },
  hasAttachments: { kind: 'flag', needs: ['hasAttachments', 'attachments'] },
  size: { kind: 'size', needs: ['size'] },
  sentToMe: { kind: 'flag', needs: ['to'] },
  sentOnlyToMe: { kind: 'flag', needs: ['to', 'cc'] },
  sentCcMe: { kind: 'flag', needs: ['cc'] },
  isAutomaticReply: { kind: 'flag', needs: ['headers', 'messageClass'] },
  isMeetingRequest: { kind: 'flag', needs: ['messageClass'] },
  isNonDeliveryReport: { kind: 'flag', needs: ['messageClass'] },
} as const satisfies { [F in Field]: { kind: KindOf<F>; needs: readonly MessageField[] } }

type KindOf<F extends Field> = { [Kind in FieldKind]: F extends FieldOf<Kind> ? Kind : never }[FieldKind]
