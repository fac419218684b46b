// Whether one of the values that a condition asks for is found in texts. Of several values one suffices; a negative operator holds when
// none of them is found.
import { fold } from '../fold.ts'
import type { Message } from '../message.ts'
import { matches } from '../regex.ts'
import { isNegative, type OperatorOf } from './operators.ts'

/** `decidedBy`: the recipe's own value that was found, else the message's; of a body only ever the recipe's. */
export type Held = { holds: boolean; decidedBy: string }

const shown = 200

export function heldBy(operator: OperatorOf<'address'>, found: string | undefined, own: readonly string[]): Held {
  return { holds: (found !== undefined) !== isNegative(operator), decidedBy: cut(found ?? own.join(', ')) }
}

export function firstFound(
  operator: OperatorOf<'text'>,
  values: readonly string[],
  texts: readonly string[],
  foldText: (text: string) => string,
): string | undefined {
  if (operator === 'matches') return values.find((value) => texts.some((text) => matches(value, text)))
  const test = operator === 'does-not-contain' ? 'contains' : operator === 'is-not' ? 'is' : operator
  const { seen, holds } = tests[test]
  const folded = texts.map((text) => seen(foldText(text)))
  const wantedOf = foldedOnce(values)
  return values.find((_value, at) => {
    const wanted = wantedOf[at] ?? ''
    // Of a value that nobody sees, every text would hold the rest.
    if (wanted === '' && test !== 'is') return false
    return folded.some((text) => holds(text, wanted))
  })
}

/** How a text is looked at, once for all values, and what is asked of it for each. */
const tests = {
  contains: { seen: (text) => text, holds: (text, value) => text.includes(value) },
  is: { seen: (text) => text.trim(), holds: (text, value) => text === value.trim() },
  'starts-with': { seen: (text) => text.trimStart(), holds: (text, value) => text.startsWith(value.trimStart()) },
  'ends-with': { seen: (text) => text.trimEnd(), holds: (text, value) => text.endsWith(value.trimEnd()) },
} satisfies Record<string, { seen: (text: string) => string; holds: (text: string, value: string) => boolean }>

const foldedIn = new WeakMap<Message, Map<string, string>>()

/**
 * Folding 5 MB takes 100 to 1,000 ms, and folding a subject for each of fifty recipes longer than all else that is decided: each text
 * of a message is folded once, and forgotten with the message.
 */
export function foldIn(message: Message): (text: string) => string {
  const known = foldedIn.get(message) ?? new Map<string, string>()
  foldedIn.set(message, known)
  return (text) => {
    const folded = known.get(text) ?? fold(text)
    known.set(text, folded)
    return folded
  }
}

const foldedValues = new WeakMap<readonly string[], readonly string[]>()

/** The values of a recipe do not change. */
function foldedOnce(values: readonly string[]): readonly string[] {
  const folded = foldedValues.get(values) ?? values.map(fold)
  foldedValues.set(values, folded)
  return folded
}

function cut(text: string): string {
  return text.length > shown ? `${text.slice(0, shown - 1)}…` : text
}
