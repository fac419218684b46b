// What an action will write, ready to be written: the values from the recipe's templates, sanitized HTML, the files to add.
// It is stored in actions.plan until the action has ended.
import type { AttachmentSummary, Message } from '../../recipes/message.ts'
import type { PlannedAction, PlannedItem } from '../../recipes/plan.ts'
import type { SafeBody } from '../html/safe-html.ts'
import { isFileOfMail } from '../messages/attachments.ts'

export type ReadyItem = Omit<PlannedItem, 'update'> & { update?: SafeBody }

type Ready<Planned> = Planned extends { kind: 'create-item' }
  ? Omit<Planned, 'update'> & { update?: SafeBody }
  : Planned extends { kind: 'add-update' }
    ? Omit<Planned, 'body' | 'otherwise'> & { body: SafeBody; otherwise: 'skip' | { create: ReadyItem } }
    : Planned extends { kind: 'send-mail' }
      ? Omit<Planned, 'body'> & { body: SafeBody }
      : Planned

export type ReadyAction = Ready<PlannedAction>

export type Plan = { action: ReadyAction; files: AttachmentSummary[] }

/** More files than are ever added from one message: the rest would only lengthen the plan. */
const mostFilesPlanned = 200

type Clean = (html: string) => SafeBody

export function planFrom(planned: PlannedAction, message: Message, clean: Clean): Plan {
  return {
    action: readyAction(planned, clean),
    files: takesFiles(planned) ? message.attachments.filter(isFileOfMail).slice(0, mostFilesPlanned) : [],
  }
}

function readyAction(planned: PlannedAction, clean: Clean): ReadyAction {
  switch (planned.kind) {
    case 'create-item':
      return withUpdate(planned, clean)
    case 'add-update': {
      const { otherwise } = planned
      return {
        ...planned,
        body: clean(planned.body.html),
        otherwise: otherwise === 'skip' ? 'skip' : { create: withUpdate(otherwise.create, clean) },
      }
    }
    case 'send-mail':
      return { ...planned, body: clean(planned.body.html) }
    case 'set-columns':
      return planned
  }
}

function withUpdate<Item extends PlannedItem>({ update, ...item }: Item, clean: Clean): Omit<Item, 'update'> & { update?: SafeBody } {
  return { ...item, ...(update === undefined ? {} : { update: clean(update.html) }) }
}

function takesFiles(action: PlannedAction): boolean {
  switch (action.kind) {
    case 'create-item':
      return action.attachments === 'files'
    case 'add-update':
      return action.attachments === 'files' || (action.otherwise !== 'skip' && action.otherwise.create.attachments === 'files')
    case 'set-columns':
      return false
    case 'send-mail':
      return action.files
  }
}
