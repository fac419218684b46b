import type { Action } from '../../recipes/actions/actions.ts'
import type { FieldOf } from '../../recipes/conditions/conditions.ts'
import { fields } from '../../recipes/conditions/fields.ts'
import type { ValueKindName } from '../../recipes/conditions/operators.ts'
import type { ConditionNode } from '../../recipes/group.ts'
import type { Message } from '../../recipes/message.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'

export const fieldsOf = <Kind extends ValueKindName>(kind: Kind): FieldOf<Kind>[] =>
  Object.keys(fields).filter((name): name is FieldOf<Kind> => name in fields && fields[name as FieldOf<Kind>].kind === kind)

export function aMessage(overrides: Partial<Message> = {}): Message {
  return {
    id: 'AAMkAD',
    subject: 'Invoice 42',
    from: { name: 'Ann Lee', address: 'ann@example.org' },
    sender: { name: 'Ann Lee', address: 'ann@example.org' },
    to: [{ name: 'Bob', address: 'bob@example.com' }],
    cc: [],
    replyTo: [],
    receivedAt: '2026-01-31T10:20:30Z',
    body: { text: 'Total: 12.50', html: '<p>Total: 12.50</p>' },
    importance: 'normal',
    sensitivity: 'normal',
    messageClass: 'IPM.Note',
    size: 10_240,
    categories: [],
    headers: [],
    hasAttachments: false,
    attachments: [],
    webLink: 'https://outlook.example.com/mail/1',
    conversationId: 'conversation-1',
    internetMessageId: '<1@example.org>',
    owner: { addresses: ['bob@example.com'] },
    cut: [],
    ...overrides,
  }
}

export const aBoard = { target: 'built-in', id: 'board-1' } as const

type CreateItem = Extract<Action, { kind: 'create-item' }>

export function aCreateItem(overrides: Partial<CreateItem> = {}): CreateItem {
  return { kind: 'create-item', board: aBoard, name: '{{ message.subject }}', ...overrides }
}

export function aRecipe(overrides: Partial<RecipeBody> = {}): RecipeBody {
  return {
    name: 'Invoices',
    enabled: true,
    trigger: { kind: 'mail-received' },
    conditions: { all: [] },
    actions: [aCreateItem()],
    ...overrides,
  }
}

export function withConditions(...all: ConditionNode[]): RecipeBody {
  return aRecipe({ conditions: { all } })
}

export function withAction(action: Action): RecipeBody {
  return aRecipe({ actions: [action] })
}
