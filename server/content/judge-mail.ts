// What the recipes of a person say of a mail: why not, or what is to be done. Pure and synchronous: it runs at once where it is
// little work, and in a thread where it may be much. `enter` is called before each part of the work, so that whoever stops it
// knows which part was too much.
import { decide, type Decision } from '../../recipes/decide.ts'
import { planActions } from '../../recipes/plan.ts'
import { recipeBody, type RecipeBody } from '../../recipes/recipe.ts'
import { safeBody } from '../html/safe-html.ts'
import type { FetchedMail } from '../messages/fetch-message.ts'
import { type Mail, mailOf } from '../messages/mail-of.ts'
import type { MailboxFacts } from '../messages/message-from-graph.ts'
import { readMail } from '../messages/read-mail.ts'
import { type Plan, planFrom } from './plan.ts'

/** The parts of the work on a mail, as its owner is told of them. */
export const parts = ['read', 'conditions', 'template', 'update'] as const
export type Part = (typeof parts)[number]
/** `recipe` counts those that were asked for. */
export type Enter = (part: Part, recipe: number) => void

/** `since`: mails that came before it do not count; null: they do. `body`: as text, where there are too many to be parsed beforehand. */
export type AskedRecipe = { id: string; since: Date | null; body: RecipeBody | string }

type NotMet = { code: 'conditions-not-met'; params: Record<string, unknown> }
export type Decided = { id: string } & ({ before: true } | { notMet: NotMet } | { plans: Plan[] } | { tooHeavy: Part })
/** `mail` is not known where reading it was too much already. */
export type Judged = { mail: Mail | undefined; decided: Decided[] }

/** undefined: what Graph sent cannot be read. */
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

/** Names the first condition that decided; of a body the value that is shown is never more than the recipe's own. */
function notMet(conditions: Decision[]): NotMet {
  const flat = conditions.flatMap(leaves)
  const deciding = flat.find(({ holds }) => !holds) ?? flat[0]
  if (deciding === undefined) return { code: 'conditions-not-met', params: {} }
  const { pointer, field, operator, decidedBy } = deciding
  return { code: 'conditions-not-met', params: { pointer, field, operator, decidedBy } }
}

const leaves = (decision: Decision): Exclude<Decision, { children: Decision[] }>[] =>
  'children' in decision ? decision.children.flatMap(leaves) : [decision]
