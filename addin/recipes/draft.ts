// The recipe while it is being written: a recipe body from the first moment on, so that the language can judge it at every step.
import type { Board } from '../../contract/board.ts'
import { choices, type Field, fields } from '../../recipes/condition.ts'
import type { AddUpdate, Condition, CreateItem, NewItem, RecipeBody } from '../../recipes/recipe.ts'
import { isSeen } from '../mail/unsure-parts.ts'
import type { OpenMessage } from '../office/open-message.ts'

export function newDraft(boards: readonly Board[], message: OpenMessage | null, name: string): RecipeBody {
  const board = boards[0]
  // By the directory's name of a sender, which Outlook may give, no mail would be found.
  const from = message?.from && isSeen(message.from) ? message.from.address : undefined
  return {
    name,
    enabled: false,
    trigger: { kind: 'mail-received' },
    conditions: {
      all: [from ? { field: 'from', operator: 'is', values: [from] } : { field: 'subject', operator: 'contains', values: [''] }],
    },
    actions: [{ kind: 'create-item', ...newItem(board) }],
  }
}

export const newItem = (board: Board | undefined): NewItem => ({
  board: { target: 'built-in', id: board?.id ?? '' },
  name: '{{ message.subject }}',
  columns: Object.fromEntries((board?.columns ?? []).flatMap((column) => suggestions[column.type]?.(column.id) ?? [])),
  update: '{{ message.body.html }}',
  attachments: 'files',
})

/** What a column of a type is filled with when nothing else is known. */
const suggestions: Partial<Record<Board['columns'][number]['type'], (id: string) => [string, string][]>> = {
  email: (id) => [[id, '{{ message.from.address }}']],
  date: (id) => [[id, '{{ message.receivedAt }}']],
  people: (id) => [[id, '{{ message.from.name }}']],
  link: (id) => [[id, '{{ message.webLink }}']],
}

/** A condition on another field keeps the values where the new field can hold them. */
export function conditionFor(field: Field, before: Condition): Condition {
  const texts = before.values.filter((value) => typeof value === 'string')
  const values = texts.length > 0 ? texts : ['']
  switch (field) {
    case 'importance':
      return { field, operator: 'is', values: [choices.importance[2]] }
    case 'sensitivity':
      return { field, operator: 'is', values: [choices.sensitivity[3]] }
    case 'size':
      return { field, operator: 'at-least', values: [1024] }
    case 'header':
      return { field, operator: 'contains', values }
    case 'from':
    case 'sender':
    case 'to':
    case 'cc':
    case 'recipients':
      return { field, operator: 'contains', values }
    case 'subject':
    case 'body':
    case 'subjectOrBody':
    case 'categories':
      return { field, operator: 'contains', values }
    case 'hasAttachments':
    case 'sentToMe':
    case 'sentOnlyToMe':
    case 'sentCcMe':
    case 'isAutomaticReply':
    case 'isMeetingRequest':
    case 'isNonDeliveryReport':
      return { field, operator: 'is', values: [true] }
  }
}

export const allFields: readonly Field[] = Object.keys(fields).filter((name): name is Field => name in fields)

/** The two actions that the form knows; another kind is kept as it is. */
export type FormAction = CreateItem | AddUpdate

export function itemOf(action: FormAction): NewItem | null {
  if (action.kind === 'create-item') {
    const { kind: _kind, ...item } = action
    return item
  }
  return action.otherwise === 'skip' ? null : action.otherwise.create
}

/** The same item, made always, or only where the conversation has none yet. */
export function actionFor(kind: FormAction['kind'], item: NewItem): FormAction {
  if (kind === 'create-item') return { kind, ...item }
  return {
    kind,
    board: item.board,
    body: item.update ?? '{{ message.body.html }}',
    find: { by: 'conversation' },
    otherwise: { create: item },
    attachments: item.attachments ?? 'none',
  }
}
