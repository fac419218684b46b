// Columns filled in on an item that is there.
import { z } from 'zod'
import type { Say } from '../say.ts'
import { type BoardRef, boardRef } from '../shape.ts'
import type { ActionKind } from './action-kind.ts'
import { columnPlaces, type Columns, columns, columnTemplates, planColumns, plannedColumns } from './columns.ts'
import { find, findNeeds, findPlaces, findTemplates, planFind, plannedFind } from './find.ts'
import { plannedBoard } from './item.ts'

const schema = z.strictObject({ kind: z.literal('set-columns'), board: boardRef.optional(), find, columns })

const planned = () =>
  z.object({ kind: z.literal('set-columns'), board: plannedBoard.exactOptional(), find: plannedFind, ...plannedColumns })

export const setColumns: ActionKind<typeof schema, ReturnType<typeof planned>> = {
  schema,
  planned,
  isCarriedOut: false,
  templates: (action) => [...findTemplates(action.find), ...columnTemplates(action.columns, '')],
  boards: ({ board, find: by, columns: filled }) =>
    board === undefined ? [] : [{ board, pointer: '/board', groups: [], columns: [...findPlaces(by), ...columnPlaces(filled, '')] }],
  filesAt: () => [],
  needs: ({ find: by }) => findNeeds(by),
  plan: (action, writer) => ({
    kind: 'set-columns',
    ...(action.board === undefined ? {} : { board: action.board }),
    find: planFind(action.find, writer),
    ...planColumns(action.columns, writer),
  }),
  itemOf: () => undefined,
  reform: (planned) => planned,
  words: {
    en: {
      name: 'Set columns',
      says: (action, say) => `fill in ${say.list(columnWords(action, say))} of ${say.itemFound(action.find, action.board)}`,
    },
    fr: {
      name: 'Remplir des colonnes',
      says: (action, say) => `remplir ${say.list(columnWords(action, say))} de ${say.itemFound(action.find, action.board)}`,
    },
  },
  form: null,
}

function columnWords({ board, columns: filled }: { board?: BoardRef | undefined; columns: Columns }, say: Say): string[] {
  return Object.keys(filled).map((id) => say.column(board, id))
}
