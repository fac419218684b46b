// What was written, as the run remembers it and as panes hear of it. Pure.
import { inWords } from '../../recipes/left-out.ts'
import type { Made, Written } from '../boards/board-target.ts'
import type { Plan } from '../content/plan.ts'
import type { Announcement } from '../live/live.ts'
import type { Actor } from '../people/unit-of-work.ts'
import type { WrittenColumns } from '../runs/run-store.ts'
import type { ActionRow } from '../runs/run.ts'

/** What could not be kept whole, over all actions of the run. */
export type Notes = Record<string, unknown>

export function withNotes(notes: Notes, { leftOut, cut }: Written, { action }: Plan): Notes {
  const both = {
    leftOut: [...listed(notes['leftOut']), ...leftOut.map(inWords)],
    cut: [...new Set([...listed(notes['cut']), ...action.cut, ...cut])],
  }
  const some = Object.entries(both).filter(([, names]) => names.length > 0)
  return some.length === 0 ? notes : { ...notes, ...Object.fromEntries(some) }
}

const listed = (before: unknown): unknown[] => (Array.isArray(before) ? before : [])

/** Items of boards elsewhere are not shown here: only the run changes. */
export function wordsOf({ tenantId }: Actor, { target, itemId, updateId, audience }: Written): Announcement[] {
  if (target !== 'built-in') return []
  const to = { tenantId, personId: audience }
  return [{ ...to, kind: 'item', id: itemId }, ...(updateId === null ? [] : [{ ...to, kind: 'update' as const, id: updateId }])]
}

export function columnsOf({ target, itemId, itemVersion, updateId, madeItem }: Written): WrittenColumns {
  const isHere = target === 'built-in'
  return {
    target,
    item_id: isHere ? itemId : null,
    update_id: isHere ? updateId : null,
    remote_item_id: isHere ? null : itemId,
    remote_update_id: isHere ? null : updateId,
    item_version: itemVersion,
    made_item: madeItem,
  }
}

/** undefined: the action has written nothing. */
export function madeBy(action: ActionRow): Made | undefined {
  const itemId = action.item_id ?? action.remote_item_id
  if (itemId === null) return undefined
  const { run_id: runId, item_version: itemVersion, made_item: madeItem } = action
  return { runId, itemId, itemVersion, madeItem, updateId: action.update_id ?? action.remote_update_id }
}
