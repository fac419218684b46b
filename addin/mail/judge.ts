import { type Field, fields, type MessageField } from '../../recipes/condition.ts'
import { decide, type Decision } from '../../recipes/decide.ts'
import type { Message } from '../../recipes/message.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { mailboxAddress, type OpenMessage } from '../office/open-message.ts'

export type Verdict = { kind: 'matches' | 'does-not-match' | 'unknown'; conditions: Decision[]; unknown: ReadonlySet<string> }

/** Outlook shows an add-in only a part of a mail. A condition on another part is left open; a try on the server settles it. */
const hiddenParts: ReadonlySet<MessageField> = new Set<MessageField>(['importance', 'sensitivity', 'categories', 'headers', 'size'])

export function judge(recipe: RecipeBody, message: OpenMessage, bodyText: string | null): Verdict {
  const { matches, conditions } = decide(recipe, messageFromOffice(message, bodyText ?? ''))
  const unknown = new Set(
    leaves(conditions)
      .filter(({ field }) => isHidden(field, bodyText))
      .map(({ pointer }) => pointer),
  )
  const kind = unknown.size > 0 ? 'unknown' : matches ? 'matches' : 'does-not-match'
  return { kind, conditions, unknown }
}

function isHidden(field: Field, bodyText: string | null): boolean {
  return fields[field].needs.some((part) => hiddenParts.has(part) || (part === 'body' && bodyText === null))
}

const leaves = (decisions: Decision[]): { pointer: string; field: Field }[] =>
  decisions.flatMap((decision) => ('children' in decision ? leaves(decision.children) : [decision]))

function messageFromOffice(message: OpenMessage, text: string): Message {
  const attachments = message.attachments.map((attachment, index) => ({ ...attachment, id: String(index), kind: 'file' as const }))
  return {
    ...message,
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
