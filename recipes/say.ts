import type { BoardRef } from './shape.ts'

/** How a sentence in one language names what a trigger or an action refers to. */
export type Say = {
  quote(text: string): string
  /** `a, b and c`. */
  list(words: readonly string[]): string
  /** `on “Support”`. */
  onBoard(board: BoardRef): string
  /** `on “Support” in the group “New”`. */
  inPlace(place: { board: BoardRef; group?: string | undefined }): string
  /** `the column “Status”`. */
  column(board: BoardRef | undefined, id: string): string
  /** `the conversation’s item`. */
  itemFound(find: { by: 'conversation' } | { by: 'column'; column: string }, board: BoardRef | undefined): string
  /** ` with the attached files`, or nothing. */
  withFiles(attachments: 'none' | 'files' | undefined): string
}
