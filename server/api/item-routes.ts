import { audienceOf } from '../boards/board.ts'
import { createTicket } from '../boards/file-store.ts'
import { changeItem, createItem, deleteItem, type Found, holdItem, listItems, readItem } from '../boards/item-store.ts'
import { safeBody } from '../boards/safe-html.ts'
import { insertUpdate, listUpdates, readUpdate } from '../boards/update-store.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { asPerson } from '../people/unit-of-work.ts'
import type { ApiDeps } from './deps.ts'
import type { Handlers } from './route.ts'

type Names = 'listItems' | 'createItem' | 'readItem' | 'changeItem' | 'deleteItem' | 'listUpdates' | 'createUpdate' | 'createTicket'

export function itemHandlers({ db, config: { publicUrl } }: ApiDeps): Handlers<Names> {
  return {
    listItems: ({ person, params, query }) => asPerson(db, person, (trx) => listItems(trx, { actor: person, publicUrl }, params.id, query)),
    createItem: ({ person, params, body }) =>
      asPerson(db, person, async (trx) => told(trx, await createItem(trx, { actor: person, publicUrl }, params.id, body))),
    readItem: ({ person, params }) =>
      asPerson(db, person, async (trx) => (await readItem(trx, { actor: person, publicUrl }, params.id)).item),
    changeItem: ({ person, params, body, version }) =>
      asPerson(db, person, async (trx) =>
        told(trx, await changeItem(trx, { actor: person, publicUrl }, { id: params.id, change: body, version })),
      ),
    deleteItem: ({ person, params, version }) =>
      asPerson(db, person, async (trx) => {
        await told(trx, await deleteItem(trx, { actor: person, publicUrl }, params.id, version))
      }),
    listUpdates: ({ person, params, query }) =>
      asPerson(db, person, async (trx) => {
        const { item } = await readItem(trx, { actor: person, publicUrl }, params.id)
        return listUpdates(trx, item.id, query)
      }),
    createUpdate: ({ person, params, body }) =>
      asPerson(db, person, async (trx) => {
        const { item, board } = await holdItem(trx, { actor: person, publicUrl }, params.id, 'use')
        const written = { tenantId: person.tenantId, itemId: item.id, body: safeBody(body.body), createdBy: person.personId, runId: null }
        const id = await insertUpdate(trx, written)
        await announce(trx, { tenantId: person.tenantId, personId: audienceOf(board), kind: 'update', id })
        return readUpdate(trx, id)
      }),
    createTicket: ({ person, params }) =>
      asPerson(db, person, async (trx) => ({ url: `${publicUrl}/files/${await createTicket(trx, person, params.id)}` })),
  }
}

async function told(trx: Db, { item, board }: Found) {
  await announce(trx, { tenantId: board.tenantId, personId: audienceOf(board), kind: 'item', id: item.id })
  return item
}
