// Boards of this server as a target of recipes: what they write is committed with the end of the action that writes it.
import type { PlannedFind } from '../../../recipes/actions/find.ts'
import type { Db } from '../../database/schema.ts'
import type { Actor } from '../../people/unit-of-work.ts'
import { findBoard } from '../board-store.ts'
import type { Refused, TransactionalTarget, Wanted, Written } from '../board-target.ts'
import { cellsFromTexts } from '../cells.ts'
import { findItemByConversation } from '../link-store.ts'
import { takeBack } from './take-back.ts'
import { addBuiltInUpdate, createBuiltInItem, findItemByColumn, holdFind } from './write.ts'

export const builtInBoards: TransactionalTarget = {
  kind: 'built-in',
  writes: 'transactional',
  describe: findBoard,
  leftOut: ({ columns }, given) => cellsFromTexts(columns, given).leftOut,
  write,
  takeBack,
}

async function write(trx: Db, actor: Actor, wanted: Wanted): Promise<Written | Refused | undefined> {
  if (wanted.kind === 'create-item') return createBuiltInItem(trx, actor, wanted.item)
  const found = await find(trx, actor, wanted)
  if ('refused' in found) return found
  if (found.itemId !== undefined) return addBuiltInUpdate(trx, actor, { ...wanted.update, itemId: found.itemId })
  return wanted.otherwise === 'skip' ? undefined : createBuiltInItem(trx, actor, wanted.otherwise.create)
}

type Finding = { boardId: string; find: PlannedFind; timeZone: string }

async function find(trx: Db, actor: Actor, { boardId, find: by, timeZone }: Finding): Promise<{ itemId: string | undefined } | Refused> {
  await holdFind(trx, actor, boardId, by.by === 'column' ? `${by.column}=${by.value}` : by.conversationId)
  if (by.by === 'column') return findItemByColumn(trx, actor, { ...by, boardId, timeZone })
  return { itemId: await findItemByConversation(trx, actor, boardId, by.conversationId) }
}
