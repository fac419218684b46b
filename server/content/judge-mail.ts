// Evaluates a person's recipes on a message: why one does not match, or what it plans. Pure and synchronous: it runs directly if it is
// little work, and in a thread if it may be heavy. `enter` is called before each part of the work, so that the code that stops it
// knows which part was too heavy.
import { decide, type Decision } from '../../recipes/decide.ts'
import { planActions } from '../../recipes/plan.ts'
import { recipeBody, type RecipeBody } from '../../recipes/recipe.ts'
import { safeBody } from '../html/safe-html.ts'
import type { FetchedMail } from '../messages/fetch-message.ts'
import { type Mail, mailOf } from '../messages/mail-of.ts'
import type { MailboxFacts } from '../messages/message-from-graph.ts'
import { readMail } from '../messages/read-mail.ts'
import { type Plan, planFrom } from './plan.ts'

/** The parts of the work on a message, by the names that its owner sees. */
export const parts = ['read', 'conditions', 'template', 'update'] as const
export type Part = (typeof parts)[number]
/** `recipe` is an index into the given recipes. */
export type Enter = (part: Part, recipe: number) => void

/** `since`: earlier messages do not count; null: they do. `body`: as text, if there are too many to parse beforehand. */
export type AskedRecipe = { id: string; since: Date | null; body: RecipeBody | string }

type NotMet = { code: 'conditions-not-met'; params: Record<string, unknown> }
export type Decided = { id: string } & ({ before: true } | { notMet: NotMet } | { plans: Plan[] } | { tooHeavy: Part })
/** `mail` is missing if reading it was already too heavy. */
export type Judged = { mail: Mail | undefined; decided: Decided[] }

/** undefined: Graph's answer cannot be read. */
export function judgeMail(
  fetched: FetchedMail,
  facts: MailboxFacts,
  asked: readonly AskedRecipe[],
  enter: Enter,
): Judged | 'draft' | undefined {
  enter('read', 0)
  const message = readMail(fetched, facts)
  if (message === undefined || message === 'draft') return message
  const receivedAt = new Date(message.receivedAt)
  const decided = asked.map(({ id, since, body }, at): Decided => {
    if (since !== null && receivedAt < since) return { id, before: true }
    enter('conditions', at)
    const recipe = typeof body === 'string' ? recipeBody.parse(JSON.parse(body)) : body
    const { matches, conditions } = decide(recipe, message)
    if (!matches) return { id, notMet: notMet(conditions) }
    enter('template', at)
    const planned = planActions(recipe, message)
    enter('update', at)
    return { id, plans: planned.map((action) => planFrom(action, message, safeBody)) }
  })
  return { mail: mailOf(message), decided }
}

/** Names the first condition that decided. Of a body, it never shows more than the recipe's own value. */
function notMet(conditions: Decision[]): NotMet {
  const flat = conditions.flatMap(leaves)
  const deciding = flat.find(({ holds }) => !holds) ?? flat[0]
  if (deciding === undefined) return { code: 'conditions-not-met', params: {} }
  const { pointer, field, operator, decidedBy } = deciding
  return { code: 'conditions-not-met', params: { pointer, field, operator, decidedBy } }
}

const leaves = (decision: Decision): Exclude<Decision, { children: Decision[] }>[] =>
  'children' in decision ? decision.children.flatMap(leaves) : [decision]
