// Compiled, never run: what the types of the language allow, and what they must not.
import type { MessageField } from '../../recipes/message.ts'
import type { ColumnValue } from '../../recipes/column.ts'
import type { Decision } from '../../recipes/decide.ts'
import type { Action, PlannedAction } from '../../recipes/actions/actions.ts'
import type { Condition } from '../../recipes/conditions/conditions.ts'
import type { ConditionGroup } from '../../recipes/group.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import type { Trigger } from '../../recipes/triggers.ts'

export const recipe = {
  name: 'Invoices',
  enabled: true,
  trigger: { kind: 'mail-received' },
  conditions: { all: [{ field: 'subject', operator: 'contains', values: ['invoice'] }, { none: [{ any: [] }] }] },
  actions: [{ kind: 'create-item', board: { target: 'built-in', id: '1' }, name: '{{ message.subject }}' }],
} satisfies RecipeBody

export const conditions = [
  { field: 'header', operator: 'is', values: ['a'] },
  { field: 'header', name: 'X-A', operator: 'is', values: ['a'] },
  { field: 'size', operator: 'at-least', values: [5] },
  { field: 'hasAttachments', operator: 'is', values: [true] },
  { field: 'importance', operator: 'is-not', values: ['low'] },
  // @ts-expect-error a flag knows no other operator
  { field: 'hasAttachments', operator: 'is-not', values: [true] },
  // @ts-expect-error a text has no domain
  { field: 'subject', operator: 'domain-is', values: ['a'] },
  // @ts-expect-error a size is a number
  { field: 'size', operator: 'at-least', values: ['5'] },
  // @ts-expect-error there is no such importance
  { field: 'importance', operator: 'is', values: ['urgent'] },
  // @ts-expect-error there is no such field
  { field: 'mood', operator: 'is', values: ['a'] },
  // @ts-expect-error only a header has a name
  { field: 'subject', name: 'X-A', operator: 'is', values: ['a'] },
] satisfies Condition[]

export const groups = [
  { all: [] },
  // @ts-expect-error a group has a kind
  {},
] satisfies ConditionGroup[]

export const triggers = [
  { kind: 'update-added', board: { target: 'monday', id: '1' } },
  // @ts-expect-error a board trigger names its board
  { kind: 'update-added' },
] satisfies Trigger[]

export const actions = [
  { kind: 'add-update', board: { target: 'monday', id: '1' }, body: '', find: { by: 'conversation' }, otherwise: 'skip' },
  // @ts-expect-error what to do when nothing is found is always said
  { kind: 'add-update', board: { target: 'monday', id: '1' }, body: '', find: { by: 'conversation' } },
  // @ts-expect-error there is no such board kind
  { kind: 'create-item', board: { target: 'trello', id: '1' }, name: '' },
] satisfies Action[]

export function decidedBy(decision: Decision): string {
  return 'children' in decision ? decision.children.map(decidedBy).join() : decision.decidedBy
}

/** Exhaustive: an action that is added has to be answered for here. */
export function target(action: PlannedAction): string | undefined {
  switch (action.kind) {
    case 'create-item':
    case 'add-update':
      return action.board.id
    case 'set-columns':
      return action.board?.id
    case 'send-mail':
      return undefined
    default:
      return action satisfies never
  }
}

export const cells = [
  null,
  { url: 'https://x.example', text: '' },
  // @ts-expect-error a date is a text
  new Date(),
] satisfies ColumnValue[]

// @ts-expect-error the owner's addresses are no part of a message that could be left unread
export const part: MessageField = 'owner'
