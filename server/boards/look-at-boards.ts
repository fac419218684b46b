// Boards elsewhere are looked at before a recipe is saved or tried: what is known of them may be missing or out of date. No transaction
// is open meanwhile.
import type { Action, BoardRef } from '../../recipes/recipe.ts'
import type { Actor } from '../people/unit-of-work.ts'
import type { Targets } from './board-target.ts'

export async function lookAtBoards(targets: Targets, actor: Actor, actions: readonly Action[]): Promise<void> {
  const refs = actions.flatMap(refsOf)
  for (const { target: kind, id } of new Map(refs.map((ref) => [`${ref.target}/${ref.id}`, ref])).values()) {
    const target = targets.get(kind)
    if (target?.writes === 'remote') await target.look(actor, id)
  }
}

function refsOf(action: Action): BoardRef[] {
  if (action.kind === 'send-mail' || action.board === undefined) return []
  return action.kind === 'add-update' && action.otherwise !== 'skip' ? [action.board, action.otherwise.create.board] : [action.board]
}
