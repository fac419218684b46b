// What a recipe will never do as it is written. Shown before it is saved; it is saved all the same.
import { type Action, actions as actionKinds } from './actions/actions.ts'
import { type ColumnType, fromText } from './column.ts'
import { whyNoDate } from './date-text.ts'
import { inWords, type LeftOutCode, type LeftOutInWords } from './left-out.ts'
import { type PatternWarning, patternWarnings } from './pattern-warnings.ts'
import type { RecipeBody } from './recipe.ts'
import type { BoardRef } from './shape.ts'
import { renderTemplate, templateNames } from './template.ts'
import { sampleScope } from './template-names.ts'

/** What will be left out, and where in the recipe it stands. */
type LeftOutWarning = LeftOutInWords & { pointer: string }
export type Warning = LeftOutWarning | PatternWarning

/** As many as the faults that are reported for a recipe. */
const mostWarnings = 50

type Column = { id: string; title: string; type: ColumnType; labels?: readonly string[] | undefined; locale?: string | undefined }
/** Undefined for an unknown board. */
export type ColumnsOf = (board: BoardRef) => readonly Column[] | undefined

export function recipeWarnings(recipe: Pick<RecipeBody, 'conditions' | 'actions'>, columnsOf: ColumnsOf): Warning[] {
  const leftOut = recipe.actions.flatMap((action, index) => actionWarnings(action, `/actions/${index}`, columnsOf))
  return [...patternWarnings(recipe), ...leftOut].slice(0, mostWarnings)
}

/** A template without email fields gives the same text for every email, so a column that cannot take it is known now. */
function actionWarnings(action: Action, pointer: string, columnsOf: ColumnsOf): LeftOutWarning[] {
  return actionKinds.boards(action, pointer).flatMap(({ board, columns }) =>
    columns.flatMap(({ id, pointer: place, template }) => {
      if (template === undefined || templateNames(template).length > 0) return []
      const column = columnsOf(board)?.find((each) => each.id === id)
      const code = column && constantLeftOut(template, column)
      return column === undefined || code === undefined ? [] : [warning(place, id, column.title, code)]
    }),
  )
}

function warning(pointer: string, part: string, title: string, code: LeftOutCode): LeftOutWarning {
  return { pointer, ...inWords({ part: `columns.${part}`, title, code }) }
}

function constantLeftOut(template: string, { type, labels, locale }: Column): LeftOutCode | undefined {
  const unread: string[] = []
  const text = renderTemplate(template, sampleScope('mail'), 'text', { onUnread: (each) => unread.push(each) })
  const [first] = unread
  if (first !== undefined) return whyNoDate(first)
  const read = fromText(type, text, { labels, locale })
  return 'code' in read ? read.code : undefined
}
