import { audienceOf } from '../boards/board.ts'
import { createTicket } from '../boards/file-store.ts'
import { changeItem, createItem, deleteItem, type Found, holdItem, listItems, readItem } from '../boards/item-store.ts'
import type { Content } from '../content/content.ts'
import { Busy, TooHeavy } from '../content/too-heavy.ts'
import { insertUpdate, listUpdates, readUpdate } from '../boards/update-store.ts'
import type { Db } from '../database/schema.ts'
import { announce } from '../live/live.ts'
import { asPerson } from '../people/unit-of-work.ts'
import { Problem } from '../problem.ts'
import type { ApiDeps } from './deps.ts'
import type { Handlers } from './route.ts'

type Names = 'listItems' | 'createItem' | 'readItem' | 'changeItem' | 'deleteItem' | 'listUpdates' | 'createUpdate' | 'createTicket'

export function itemHandlers({ db, config: { publicUrl }, content }: ApiDeps & { content: Pick<Content, 'clean'> }): Handlers<Names> {
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
    createUpdate: async ({ person, params, body }) => {
      // Nothing is sanitized for a caller who may not write there.
      await asPerson(db, person, (trx) => readItem(trx, { actor: person, publicUrl }, params.id))
      const cleaned = await content.clean(person, body.body).catch(asProblem)
      return asPerson(db, person, async (trx) => {
        const { item, board } = await holdItem(trx, { actor: person, publicUrl }, params.id, 'use')
        const written = { tenantId: person.tenantId, itemId: item.id, body: cleaned, createdBy: person.personId, runId: null }
        const id = await insertUpdate(trx, written)
        await announce(trx, { tenantId: person.tenantId, personId: audienceOf(board), kind: 'update', id })
        return readUpdate(trx, id)
      })
    },
    createTicket: ({ person, params }) =>
      asPerson(db, person, async (trx) => ({ url: `${publicUrl}/files/${await createTicket(trx, person, params.id)}` })),
  }
}

async function told(trx: Db, { item, board }: Found) {
  await announce(trx, { tenantId: board.tenantId, personId: audienceOf(board), kind: 'item', id: item.id })
  return item
}

function asProblem(error: unknown): never {
  if (error instanceof Busy)
    throw new Problem(
      'service-unavailable',
      'Other long texts are being processed. Try again in a moment.',
      { retryAfterSeconds: 2 },
      error,
    )
  if (error instanceof TooHeavy) throw new Problem('too-heavy', 'This text takes too much work to show.', {}, error)
  throw error
}
