// A small kind of action that the product does not have: a note on a board. `added-to-a-table.test.ts` puts this file, as it is, into a
// copy of the project, so its imports are those of a test and are rewritten there.
import { z } from 'zod'
import type { ActionKind } from '../../recipes/actions/action-kind.ts'
import { plannedBoard } from '../../recipes/actions/item.ts'
import type { PlannedHtml } from '../../recipes/actions/writing.ts'
import { boardRef, template } from '../../recipes/shape.ts'

const schema = z.strictObject({ kind: z.literal('make-note'), board: boardRef, text: template, withFiles: z.boolean() })

const planned = (html: z.ZodType<PlannedHtml>) =>
  z.object({ kind: z.literal('make-note'), board: plannedBoard, text: html, withFiles: z.boolean() })

export const makeNote: ActionKind<typeof schema, ReturnType<typeof planned>> = {
  schema,
  planned,
  isCarriedOut: false,
  templates: ({ text }) => [{ pointer: '/text', template: text, isHtml: true }],
  boards: ({ board }) => [{ board, pointer: '/board', groups: [], columns: [{ id: 'note', pointer: '/text' }] }],
  filesAt: ({ withFiles }) => (withFiles ? ['/withFiles'] : []),
  needs: () => ['importance'],
  plan: ({ board, text, withFiles }, writer) => ({ kind: 'make-note', board, text: writer.html(text, 'body'), withFiles }),
  itemOf: () => undefined,
  reform: ({ text, ...rest }, { html }) => ({ ...rest, text: html(text, 'body') }),
  words: {
    en: { name: 'Make note', says: ({ board }, say) => `make a note ${say.onBoard(board)}` },
    fr: { name: 'Prendre note', says: ({ board }, say) => `prendre note ${say.onBoard(board)}` },
  },
  form: {
    choice: { en: 'Make a note of each email', fr: 'Prendre note de chaque e-mail' },
    itemAt: '',
    itemOf: ({ board, text }) => ({ board, name: text }),
    actionFrom: ({ board, name }) => ({ kind: 'make-note', board, text: name, withFiles: false }),
  },
}
