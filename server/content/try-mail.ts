// What a recipe would do with a message: shown to its owner, and written nowhere.
import { decide, type Decision } from '../../recipes/decide.ts'
import { planActions } from '../../recipes/plan.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { safeBody } from '../html/safe-html.ts'
import type { FetchedMail } from '../messages/fetch-message.ts'
import { type Mail, mailOf } from '../messages/mail-of.ts'
import type { MailboxFacts } from '../messages/message-from-graph.ts'
import { readMail } from '../messages/read-mail.ts'
import type { Enter } from './judge-mail.ts'
import { planFrom, type ReadyAction } from './plan.ts'

export type Tried = { messageId: string; mail: Mail; matches: boolean; conditions: Decision[]; actions: ReadyAction[] }

/** undefined: Graph's answer cannot be read. */
export function tryMail(fetched: FetchedMail, facts: MailboxFacts, recipe: RecipeBody, enter: Enter): Tried | 'draft' | undefined {
  enter('read', 0)
  const message = readMail(fetched, facts)
  if (message === undefined || message === 'draft') return message
  enter('conditions', 0)
  const { matches, conditions } = decide(recipe, message)
  enter('template', 0)
  const planned = matches ? planActions(recipe, message) : []
  enter('update', 0)
  const actions = planned.map((action) => planFrom(action, message, safeBody).action)
  return { messageId: message.id, mail: mailOf(message), matches, conditions, actions }
}
