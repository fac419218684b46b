// A kind of board, and how a recipe writes to it. The target chooses one of two shapes: `transactional`, where the write and the end
// of its action commit together; or `remote`, where the intent is committed first, then the call is made, then its answer is settled.
import type { BoardColumn } from '../../contract/board.ts'
import type { NotUndone } from '../../contract/run.ts'
import type { LeftOut } from '../../recipes/left-out.ts'
import type { AttachmentSummary } from '../../recipes/message.ts'
import type { PlannedFind } from '../../recipes/actions/find.ts'
import type { BoardRef } from '../../recipes/shape.ts'
import type { TemplateValue } from '../../recipes/template-value.ts'
import type { Db } from '../database/schema.ts'
import type { SafeBody } from '../html/safe-html.ts'
import type { Actor } from '../people/unit-of-work.ts'

export type TargetKind = BoardRef['target']
export type BoardTarget = TransactionalTarget | RemoteTarget
/** Those that this server has. */
export type Targets = ReadonlyMap<TargetKind, BoardTarget>

type Described = {
  kind: TargetKind
  /** What is known of a board that the actor may write to; undefined: there is none for them. Asks nobody outside. */
  describe(db: Db, actor: Actor, boardId: string): Promise<BoardShape | undefined>
  /** What of these texts its columns would not take. */
  leftOut(board: BoardShape, given: Given): LeftOut[]
}

export type TransactionalTarget = Described & {
  writes: 'transactional'
  /** In the transaction that ends the action. undefined: there is nothing to do, and that is what the recipe says. */
  write(trx: Db, actor: Actor, wanted: Wanted): Promise<Written | Refused | undefined>
  takeBack(trx: Db, actor: Actor, made: Made): Promise<TakenBack>
}

export type RemoteTarget = Described & {
  writes: 'remote'
  proof: Proof
  /** Reads anew what `describe` knows of a board, where that may be out of date. Throws problems that the actor can act on. */
  look(actor: Actor, boardId: string): Promise<void>
  /** Reads what has to be known before anything is written, and says what to send. undefined: there is nothing to do. */
  prepare(actor: Actor, wanted: Wanted): Promise<{ request: string } | Refused | undefined>
  /** Throws NothingDone where the board certainly did nothing. Whatever else is thrown leaves it in doubt. */
  send(actor: Actor, intent: Intent): Promise<Sent | Refused>
  /** What this intent has made on the board, oldest first. `cannot-tell`: its marker cannot be searched for there. */
  readBack(actor: Actor, intent: Intent): Promise<Sent[] | 'cannot-tell'>
  takeBack(actor: Actor, made: Made): Promise<TakenBack>
}

/** How a write whose answer was lost can be settled. With neither only a person can tell. */
export type Proof = {
  /** So long after the first call the board answers the same key with what it made then; null: it knows no keys. */
  keyTrustMs: number | null
  /** Pauses before each search for the marker, since a search may lag behind what is written; null: there is no marker. */
  readBackAfterMs: readonly number[] | null
}

/**
 * Committed before its bytes leave. `request` is sent as it stands; `marker` stays the same for the action, `key` for one call and its
 * repetitions. `made`: by the calls of the action before this one; null for the first.
 */
export type Intent = { request: string; key: string; marker: string; made: Written | null }

/** `next`: what the action sends after this, as an intent of its own: an item is made, then its update. Absent: all of it is there. */
export type Sent = Written & { next?: string }

/** The board has certainly done nothing: it may be asked anew. */
export class NothingDone extends Error {
  override name = 'NothingDone'
  constructor(cause: unknown) {
    super('The board has done nothing', { cause })
  }
}

/** What there is to know of a board when a recipe is saved, tried or carried out. */
export type BoardShape = { name: string; groups: readonly { id: string; title: string }[]; columns: readonly BoardColumn[] }

/** The mail and the run that a write comes from. */
export type Origin = {
  messageId: string
  conversationId: string | null
  internetMessageId: string | null
  recipeId: string | null
  runId: string
}

export type Wanted =
  | { kind: 'create-item'; item: NewItemOnBoard }
  | {
      kind: 'add-update'
      boardId: string
      find: PlannedFind
      /** Where the reader of its dates is. */
      timeZone: string
      update: Omit<NewUpdateOnItem, 'itemId'>
      otherwise: 'skip' | { create: NewItemOnBoard }
    }

/** Rendered texts by column, and what they were made of, where that is one value. */
export type Given = {
  columns: Readonly<Record<string, string>>
  values?: Readonly<Record<string, TemplateValue>>
  /** Where the reader of its dates is. */
  timeZone?: string
}

export type NewItemOnBoard = Given & {
  boardId: string
  /** Absent: the board's first group. */
  group?: string
  name: string
  /** Texts in which a filter could not read what it was asked for. */
  leftOut?: readonly LeftOut[]
  update?: SafeBody
  files: readonly AttachmentSummary[]
  origin: Origin
}

export type NewUpdateOnItem = {
  itemId: string
  body: SafeBody
  leftOut?: readonly LeftOut[]
  files: readonly AttachmentSummary[]
  origin: Origin
}

export type Written = {
  target: TargetKind
  itemId: string
  itemVersion: number | null
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

/** What a run wrote, as it is remembered. */
export type Made = Pick<Written, 'itemId' | 'itemVersion' | 'updateId' | 'madeItem'> & { runId: string }

/** Why what was written stays; or who may hear that it is gone (null: the whole tenant). `gone`: somebody deleted it before. */
export type TakenBack = { stays: NotUndone['code'] } | { audience: string | null } | 'gone'

/** The board is not as the recipe expects it: its owner has to act. */
export type Refused = {
  refused: 'board-gone' | 'board-not-yours' | 'group-gone' | 'column-gone' | 'value-not-valid'
  params: Record<string, string>
}
