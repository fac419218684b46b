// What writing to a board by a recipe comes to, whatever kind of board it is.
import type { LeftOut } from '../../recipes/left-out.ts'
import type { AttachmentSummary } from '../../recipes/message.ts'
import type { TemplateValue } from '../../recipes/template-value.ts'
import type { SafeBody } from '../html/safe-html.ts'

/** The mail and the run that a write comes from. */
export type Source = {
  messageId: string
  conversationId: string | null
  internetMessageId: string | null
  recipeId: string | null
  runId: string
}

export type NewItemOnBoard = {
  boardId: string
  /** Absent: the board's first group. */
  group?: string
  name: string
  /** Rendered texts by column. */
  columns: Readonly<Record<string, string>>
  /** What they were made of, where that is one value. */
  values?: Readonly<Record<string, TemplateValue>>
  /** Where the reader of its dates is. */
  timeZone?: string
  /** Texts in which a filter could not read what it was asked for. */
  leftOut?: readonly LeftOut[]
  update?: SafeBody
  files: readonly AttachmentSummary[]
  source: Source
}

export type NewUpdateOnItem = {
  itemId: string
  body: SafeBody
  leftOut?: readonly LeftOut[]
  files: readonly AttachmentSummary[]
  source: Source
}

export type Written = {
  itemId: string
  itemVersion: number
  updateId: string | null
  madeItem: boolean
  /** Files whose bytes are still to come. */
  pendingFiles: number
  /** Columns that stay empty, since they do not take the text that was meant for them: that costs the value, never the mail. */
  leftOut: LeftOut[]
  /** Names what was kept as text only or cut, and files that were not taken. */
  cut: string[]
  /** Who may hear of it; null: the whole tenant. */
  audience: string | null
}

/** The board is not as the recipe expects it: its owner has to act. */
export type Refused = {
  refused: 'board-gone' | 'board-not-yours' | 'group-gone' | 'column-gone' | 'value-not-valid'
  params: Record<string, string>
}
