// An update on an item that is there; where there is none, an item instead if the recipe says so.
import { z } from 'zod'
import { boardRef, template } from '../shape.ts'
import type { ActionKind } from './action-kind.ts'
import { find, findNeeds, findPlaces, findTemplates, planFind, plannedFind } from './find.ts'
import { attachments, filesAt, itemTemplates, itemUse, newItem, planItem, plannedAttachments, plannedBoard, plannedItem } from './item.ts'
import type { PlannedHtml } from './writing.ts'

const itemAt = '/otherwise/create'

const schema = z.strictObject({
  kind: z.literal('add-update'),
  board: boardRef,
  body: template,
  find,
  otherwise: z.union([z.literal('skip'), z.strictObject({ create: z.strictObject(newItem) })]),
  attachments,
})

const planned = (html: z.ZodType<PlannedHtml>) =>
  z.object({
    kind: z.literal('add-update'),
    board: plannedBoard,
    find: plannedFind,
    body: html,
    // `cut`: what was shortened in the answer to a trial.
    otherwise: z.union([
      z.literal('skip'),
      z.object({ create: z.object({ ...plannedItem(html), cut: z.array(z.string()).exactOptional() }) }),
    ]),
    attachments: plannedAttachments,
  })

export const addUpdate: ActionKind<typeof schema, ReturnType<typeof planned>> = {
  schema,
  planned,
  isCarriedOut: true,
  templates: ({ body, find: by, otherwise }) => [
    { pointer: '/body', template: body, isHtml: true },
    ...findTemplates(by),
    ...(otherwise === 'skip' ? [] : itemTemplates(otherwise.create, itemAt)),
  ],
  boards: ({ board, find: by, otherwise }) => [
    { board, pointer: '/board', groups: [], columns: findPlaces(by) },
    ...(otherwise === 'skip' ? [] : [itemUse(otherwise.create, itemAt)]),
  ],
  filesAt: ({ otherwise, ...action }) => [...filesAt(action), ...(otherwise === 'skip' ? [] : filesAt(otherwise.create, itemAt))],
  needs: ({ find: by }) => findNeeds(by),
  plan: (action, writer) => ({
    kind: 'add-update',
    board: action.board,
    find: planFind(action.find, writer),
    body: writer.html(action.body, 'body'),
    otherwise: action.otherwise === 'skip' ? 'skip' : { create: planItem(action.otherwise.create, writer) },
    attachments: action.attachments ?? 'none',
  }),
  itemOf: ({ otherwise }) => (otherwise === 'skip' ? undefined : otherwise.create),
  reform: ({ body, otherwise, ...planned }, { html, item }) => ({
    ...planned,
    body: html(body, 'body'),
    otherwise: otherwise === 'skip' ? 'skip' : { create: item(otherwise.create) },
  }),
  words: {
    en: {
      name: 'Add update',
      says: ({ find: by, board, attachments: files, otherwise }, say) =>
        `add an update to ${say.itemFound(by, board)} ${say.onBoard(board)}${say.withFiles(files)}${otherwise === 'skip' ? '' : ', or create one if there is none'}`,
    },
    fr: {
      name: 'Ajouter une mise à jour',
      says: ({ find: by, board, attachments: files, otherwise }, say) =>
        `ajouter une mise à jour à ${say.itemFound(by, board)} ${say.onBoard(board)}${say.withFiles(files)}${otherwise === 'skip' ? '' : ', ou en créer un s’il n’y en a pas'}`,
    },
  },
  form: {
    choice: { en: 'Update or create the linked item', fr: 'Compléter ou créer l’élément lié' },
    itemAt,
    itemOf: ({ otherwise }) => (otherwise === 'skip' ? null : otherwise.create),
    actionFrom: (item) => ({
      kind: 'add-update',
      board: item.board,
      body: item.update ?? '{{ message.body.html }}',
      find: { by: 'conversation' },
      otherwise: { create: item },
      attachments: item.attachments ?? 'none',
    }),
  },
}
