// Plans what a click on a message will write.
import { planAction } from '../../recipes/plan.ts'
import type { Action } from '../../recipes/actions/actions.ts'
import { safeBody } from '../html/safe-html.ts'
import type { FetchedMail } from '../messages/fetch-message.ts'
import { type Mail, mailOf } from '../messages/mail-of.ts'
import type { MailboxFacts } from '../messages/message-from-graph.ts'
import { readMail } from '../messages/read-mail.ts'
import type { Enter } from './judge-mail.ts'
import { type Plan, planFrom } from './plan.ts'

export type PlannedClick = { messageId: string; mail: Mail; plan: Plan }

/** undefined: Graph's answer cannot be read. */
export function planForClick(fetched: FetchedMail, facts: MailboxFacts, action: Action, enter: Enter): PlannedClick | 'draft' | undefined {
  enter('read', 0)
  const message = readMail(fetched, facts)
  if (message === undefined || message === 'draft') return message
  enter('template', 0)
  const planned = planAction(action, message)
  enter('update', 0)
  return { messageId: message.id, mail: mailOf(message), plan: planFrom(planned, message, safeBody) }
}
