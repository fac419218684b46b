// Boards for whoever plays with the sandbox by hand.
import type { Sandbox } from '../sandbox.ts'

export function makeSeedBoards({ monday, entra }: Pick<Sandbox, 'monday' | 'entra'>): void {
  const [camille] = entra.people
  if (camille === undefined) return
  const status = { id: 'status', title: 'Status', type: 'status', labels: ['Working on it', 'Done', 'Stuck'] } as const
  monday.board(camille, {
    name: 'Support',
    groups: ['New', 'Closed'],
    columns: [
      status,
      { id: 'sender', title: 'From', type: 'email' },
      { id: 'received', title: 'Received', type: 'date' },
      { id: 'problem', title: 'Problem', type: 'text' },
      { id: 'owner', title: 'Owner', type: 'people' },
    ],
  })
  monday.board(camille, {
    name: 'Invoices',
    columns: [
      status,
      { id: 'amount', title: 'Amount', type: 'numbers' },
      { id: 'due', title: 'Due', type: 'date' },
      { id: 'mail', title: 'Email', type: 'link' },
      { id: 'kind', title: 'Kind', type: 'dropdown', labels: ['Rent', 'Travel', 'Hardware'] },
    ],
  })
}
