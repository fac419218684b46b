import { pointerOf } from './issue.ts'
import type { Action, Find, NewItem } from './recipe.ts'

export type PlacedTemplate = { pointer: string; template: string }

/** Every template of an action, with its place in the action as a JSON pointer. */
export function templatesOf(action: Action): PlacedTemplate[] {
  switch (action.kind) {
    case 'create-item':
      return ofItem(action, '')
    case 'add-update':
      return [
        { pointer: '/body', template: action.body },
        ...ofFind(action.find),
        ...(action.otherwise === 'skip' ? [] : ofItem(action.otherwise.create, '/otherwise/create')),
      ]
    case 'set-columns':
      return [...ofFind(action.find), ...ofColumns(action.columns, '')]
    case 'send-mail':
      return [
        ...action.to.map((template, index) => ({ pointer: `/to/${index}`, template })),
        ...(action.cc ?? []).map((template, index) => ({ pointer: `/cc/${index}`, template })),
        { pointer: '/subject', template: action.subject },
        { pointer: '/body', template: action.body },
      ]
  }
}

function ofItem(item: NewItem, base: string): PlacedTemplate[] {
  const update = item.update === undefined ? [] : [{ pointer: `${base}/update`, template: item.update }]
  return [{ pointer: `${base}/name`, template: item.name }, ...ofColumns(item.columns ?? {}, base), ...update]
}

function ofFind(find: Find): PlacedTemplate[] {
  return find.by === 'column' ? [{ pointer: '/find/value', template: find.value }] : []
}

function ofColumns(columns: Record<string, string>, base: string): PlacedTemplate[] {
  return Object.entries(columns).map(([id, template]) => ({ pointer: `${base}/columns${pointerOf([id])}`, template }))
}
