import { z } from 'zod'
import { boardKind } from '../recipes/board-kind.ts'
import { triggerEvent } from '../recipes/trigger-event.ts'
import { pageQuery } from './page.ts'

const outcomes = ['done', 'skipped', 'failed', 'waiting', 'needs-you'] as const

/** Why a run ended as it did. The pane has words for each, in each language. */
const reasonCodes = [
  'done',
  'conditions-not-met',
  'not-in-inbox',
  'message-gone',
  'same-mail',
  'no-linked-item',
  'waiting-for-retry',
  'board-gone',
  'group-gone',
  'column-gone',
  'board-not-yours',
  'value-not-valid',
  'fails-every-time',
  /** Whether a board elsewhere has made something could not be learned. */
  'in-doubt',
  'too-heavy',
  'connection-lost',
  'cancelled-by-you',
  'disconnected',
  'undone',
] as const

export const run = z
  .object({
    id: z.string(),
    /** null: no recipe started it, or the recipe was deleted since. */
    recipeId: z.string().nullable(),
    event: triggerEvent,
    messageId: z.string(),
    message: z.object({ subject: z.string(), from: z.string(), receivedAt: z.iso.datetime().nullable() }),
    outcome: z.enum(outcomes),
    reason: z.object({ code: z.enum(reasonCodes), params: z.record(z.string(), z.unknown()) }),
    startedAt: z.iso.datetime(),
    finishedAt: z.iso.datetime().nullable(),
    actions: z.array(
      z.object({
        kind: z.string(),
        outcome: z.enum(['done', 'skipped', 'failed', 'waiting', 'undone']),
        itemId: z.string().optional(),
        updateId: z.string().optional(),
        /** Where it was made, on whatever board: `itemId` is that of a board of this server. */
        item: z.object({ target: boardKind, id: z.string() }).optional(),
      }),
    ),
  })
  .meta({ id: 'Run' })

/** Why an action could not be undone: its item or update has changed since, others have added to it, or its board is no longer shared. */
const notUndone = z.object({ pointer: z.string(), code: z.enum(['touched', 'added-to', 'not-shared']), detail: z.string() })

export const notUndoneRuns = z.array(z.object({ id: z.string(), subject: z.string(), errors: z.array(notUndone) }))

/** `notUndone`: the actions that stay after an undo in part. */
export const undoneRun = run.extend({ notUndone: z.array(notUndone) }).meta({ id: 'UndoneRun' })

export type NotUndone = z.infer<typeof notUndone>
export type Run = z.infer<typeof run>
export type Outcome = (typeof outcomes)[number]
export type ReasonCode = (typeof reasonCodes)[number]

export const runQuery = z.object({
  recipe: z.string().max(100).optional(),
  outcome: z.enum(outcomes).optional(),
  ...pageQuery,
})

export const insightQuery = z.object({
  conversationId: z.string().max(1000).optional(),
  internetMessageId: z.string().max(2000).optional(),
})

export const insight = z
  .object({
    messageId: z.string(),
    items: z.array(
      z.object({
        id: z.string(),
        boardId: z.string(),
        boardName: z.string(),
        name: z.string(),
        url: z.string(),
        createdAt: z.iso.datetime(),
        linkedBy: z.enum(['message', 'conversation']),
      }),
    ),
    runs: z.array(run),
    /** Recipes that did not match it when it arrived. */
    notMatched: z.array(z.object({ recipeId: z.string(), pointer: z.string() })),
  })
  .meta({ id: 'Insight' })

export type Insight = z.infer<typeof insight>

/** One click: an action carried out on an email now. The recipe language validates the action. */
export const oneClick = z.strictObject({ action: z.unknown() })

/** `erased`: the listener has erased their data in another pane; no further event follows. */
export const liveEvent = z
  .object({ kind: z.enum(['run', 'check', 'item', 'update', 'board', 'recipe', 'connection', 'policy', 'erased']), id: z.string() })
  .meta({ id: 'Event' })

export type LiveEvent = z.infer<typeof liveEvent>
