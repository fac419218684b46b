import type { Action } from '../../recipes/actions/actions.ts'
import { aBoard } from './builders.ts'

const find = { by: 'column', column: 'number', value: '{{ message.subject }}' } as const
const item = { board: aBoard, group: 'new', name: 'A name', columns: { due: 'Soon' }, update: '<p>Text</p>', attachments: 'files' } as const

/** One action of each kind, with all that it can have: a kind that is added has to be added here too. */
export const samples: { [Kind in Action['kind']]: Extract<Action, { kind: Kind }> } = {
  'create-item': { kind: 'create-item', ...item },
  'add-update': { kind: 'add-update', board: aBoard, body: 'Text', find, otherwise: { create: item }, attachments: 'files' },
  'set-columns': { kind: 'set-columns', board: aBoard, find, columns: { due: 'Soon' } },
  'send-mail': { kind: 'send-mail', to: ['a@example.org'], cc: ['b@example.org'], subject: 'Hi', body: 'Text', inReply: true, files: true },
}
