// What an action will write, ready to be written: the values from the recipe's templates, sanitized HTML, the files to add.
// It is stored in actions.plan until the action has ended.
import { actions, type PlannedAction } from '../../recipes/actions/actions.ts'
import type { PlannedItem } from '../../recipes/actions/item.ts'
import type { PlannedHtml } from '../../recipes/actions/writing.ts'
import type { AttachmentSummary, Message } from '../../recipes/message.ts'
import type { SafeBody } from '../html/safe-html.ts'
import { isFileOfMail } from '../messages/attachments.ts'

export type ReadyItem = PlannedItem<SafeBody>
export type ReadyAction = PlannedAction<SafeBody>

export type Plan = { action: ReadyAction; files: AttachmentSummary[] }

/** More files than are ever added from one message: the rest would only lengthen the plan. */
const mostFilesPlanned = 200

type Clean = (html: string) => SafeBody

export function planFrom(planned: PlannedAction, message: Message, clean: Clean): Plan {
  const takesFiles = actions.filesAt(planned).length > 0
  return {
    action: readyAction(planned, clean),
    files: takesFiles ? message.attachments.filter(isFileOfMail).slice(0, mostFilesPlanned) : [],
  }
}

const readyAction = (planned: PlannedAction, clean: Clean): ReadyAction =>
  actions.reform(planned, {
    html: ({ html }: PlannedHtml) => clean(html),
    item: ({ update, ...item }) => ({ ...item, ...(update === undefined ? {} : { update: clean(update.html) }) }),
  })
