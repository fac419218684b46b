// What writing to a board by a recipe comes to, whatever kind of board it is.
import type { AttachmentSummary } from '../../recipes/message.ts'
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
  update?: SafeBody
  files: readonly AttachmentSummary[]
  source: Source
}

export type NewUpdateOnItem = { itemId: string; body: SafeBody; files: readonly AttachmentSummary[]; source: Source }

export type Written = {
  itemId: string
  itemVersion: number
  updateId: string | null
  madeItem: boolean
  /** Files whose bytes are still to come. */
  pendingFiles: number
  /** Columns that stay empty, since they do not take the text that was meant for them: that costs the value, never the mail. */
  leftOut: string[]
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
