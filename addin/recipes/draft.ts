// The recipe while it is being written: a recipe body from the first moment on, so that the language can judge it at every step.
import type { Board } from '../../contract/board.ts'
import type { NewItem } from '../../recipes/actions/item.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
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
