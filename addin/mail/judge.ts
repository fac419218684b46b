// Evaluates a recipe on the open email, as far as Outlook shows it: the result is the server's, or open. A try on the server settles
// what is open.
import { type Condition, conditions as conditionKinds, type FieldName, type FieldOf } from '../../recipes/conditions/conditions.ts'
import { fields } from '../../recipes/conditions/fields.ts'
import { isNegative } from '../../recipes/conditions/operators.ts'
import { decide, type Decision } from '../../recipes/decide.ts'
import { type ConditionGroup, type ConditionNode, membersOf } from '../../recipes/group.ts'
import type { Message, MessageField } from '../../recipes/message.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import type { OpenMessage } from '../office/open-message.ts'
import { messageFromOffice } from './message-from-office.ts'
import { isSeen, unsureParts } from './unsure-parts.ts'

/** `unknown`: the pointers of open conditions and groups. */
export type MatchResult = { kind: 'matches' | 'does-not-match' | 'unknown'; conditions: Decision[]; unknown: ReadonlySet<string> }

/** `bodyText`: null if Outlook's text may differ from the one that the server reads. */
export function judge(recipe: RecipeBody, message: OpenMessage, bodyText: string | null): MatchResult {
  const unsure = unsureParts(message, bodyText)
  const readings = readingsOf(bodyText ?? '').map((text) => messageFromOffice(message, text))
  const unknown = new Set<string>()

  const settle = (node: ConditionNode, pointer: string): boolean | undefined => {
    const holds = 'field' in node ? settled(node, readings, unsure) : settleGroup(node, pointer)
    if (holds === undefined) unknown.add(pointer)
    return holds
  }
  const settleGroup = (group: ConditionGroup, pointer: string): boolean | undefined => {
    const { kind, members } = membersOf(group)
    const outcomes = members.map((member, index) => settle(member, `${pointer}/${kind}/${index}`))
    // One that fails decides `all`, one that holds decides the others, whatever is open beside it.
    const deciding = kind !== 'all'
    const held = outcomes.includes(deciding) ? deciding : outcomes.includes(undefined) ? undefined : !deciding
    return kind === 'none' && held !== undefined ? !held : held
  }

  const matches = settleGroup(recipe.conditions, '/conditions')
  const { conditions } = decide(recipe, readings[0] ?? messageFromOffice(message, ''))
  return { kind: matches === undefined ? 'unknown' : matches ? 'matches' : 'does-not-match', conditions, unknown }
}

/** undefined: it depends on what Outlook does not show. */
function settled(condition: Condition, readings: Message[], unsure: ReadonlySet<MessageField>): boolean | undefined {
  const [first, ...others] = readings.map((message) => conditionKinds.evaluate(condition, message))
  const [message] = readings
  if (first === undefined || message === undefined) return undefined
  if (condition.field === 'isAutomaticReply') return first.decidedBy === 'true' ? first.holds : undefined
  const { field } = condition
  if (isOfOwner(field)) return isSettled[field](first.decidedBy === 'true', message, unsure) ? first.holds : undefined
  if (condition.field === 'subjectOrBody' && !unsure.has('subject') && isFoundInSubject(condition, message)) return first.holds
  const { needs } = fields[field]
  const readsBody = needs.some((part) => part === 'body')
  // Where a line ends a pattern may see, and Outlook ends lines otherwise.
  if (readsBody && condition.operator === 'matches') return undefined
  if (needs.some((part) => unsure.has(part)) || others.some(({ holds }) => holds !== first.holds)) return undefined
  return first.holds
}

type OfOwner = { [Name in FieldName]: (typeof fields)[Name] extends { ofOwner: true } ? Name : never }[FieldName]

const isOfOwner = (field: FieldName): field is OfOwner => fields[field].ofOwner

/** Of one's own addresses Outlook knows one: whether another recipient is an alias it cannot tell. */
const isSettled: Record<OfOwner, (isActual: boolean, message: Message, unsure: ReadonlySet<MessageField>) => boolean> = {
  sentToMe: (isActual, { to }) => isActual || to.length === 0,
  sentCcMe: (isActual, { cc }) => isActual || cc.length === 0,
  sentOnlyToMe: (isActual, { to, cc }, unsure) => cc.some(isSeen) || to.length === 0 || (isActual && !unsure.has('to')),
}

function isFoundInSubject(condition: Extract<Condition, { field: FieldOf<'text'> }>, message: Message): boolean {
  return conditionKinds.evaluate({ ...condition, field: 'subject' }, message).holds !== isNegative(condition.operator)
}

/** The same words in other lines: with those of Outlook, with none, and with empty ones between. */
const readingsOf = (text: string): string[] => [text, text.replace(/\s+/g, ' ').trim(), linesOf(text).join('\n\n')]

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
