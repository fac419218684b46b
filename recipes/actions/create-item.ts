// An item for each email.
import { z } from 'zod'
import type { ActionKind } from './action-kind.ts'
import { filesAt, itemTemplates, itemUse, newItem, planItem, plannedItem } from './item.ts'
import type { PlannedHtml } from './writing.ts'

const schema = z.strictObject({ kind: z.literal('create-item'), ...newItem })

const planned = (html: z.ZodType<PlannedHtml>) => z.object({ kind: z.literal('create-item'), ...plannedItem(html) })

export const createItem: ActionKind<typeof schema, ReturnType<typeof planned>> = {
  schema,
  planned,
  isCarriedOut: true,
  templates: (action) => itemTemplates(action),
  boards: (action) => [itemUse(action)],
  filesAt: (action) => filesAt(action),
  // The item is tied to its conversation, so that later emails find it.
  needs: () => ['conversationId'],
  plan: (action, writer) => ({ kind: 'create-item', ...planItem(action, writer) }),
  itemOf: (planned) => planned,
  reform: (planned, { item }) => ({ kind: 'create-item', ...item(planned) }),
  words: {
    en: { name: 'Create item', says: (action, say) => `create an item ${say.inPlace(action)}${say.withFiles(action.attachments)}` },
    fr: { name: 'Créer un élément', says: (action, say) => `créer un élément ${say.inPlace(action)}${say.withFiles(action.attachments)}` },
  },
  form: {
    choice: { en: 'Create an item for each email', fr: 'Créer un élément par e-mail' },
    itemAt: '',
    itemOf: ({ kind: _kind, ...item }) => item,
    actionFrom: (item) => ({ kind: 'create-item', ...item }),
  },
}
