// The table of actions: what a recipe can do. A kind is added with a file of its own and a line here. What carries it out is in
// server/actions/. docs/decisions/0045-actions-are-a-table.md
import { addUpdate } from './add-update.ts'
import { createItem } from './create-item.ts'
import { type ActionIn, actionsFrom, type PlannedIn } from './from-table.ts'
import type { BesidePlan } from './planned.ts'
import { sendMail } from './send-mail.ts'
import { setColumns } from './set-columns.ts'
import type { PlannedHtml } from './writing.ts'

const table = {
  'create-item': createItem,
  'add-update': addUpdate,
  'set-columns': setColumns,
  'send-mail': sendMail,
}

export const actions = actionsFrom(table)

export type Action = ActionIn<typeof table>
export type PlannedAction<Html = PlannedHtml> = PlannedIn<typeof table, Html> & BesidePlan
