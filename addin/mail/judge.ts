import { type Field, fields, type MessageField } from '../../recipes/condition.ts'
import { decide, type Decision } from '../../recipes/decide.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import type { OpenMessage } from '../office/open-message.ts'
import { messageFromOffice } from './message-from-office.ts'

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
