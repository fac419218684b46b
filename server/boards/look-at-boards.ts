// Boards elsewhere are looked at before a recipe is saved or tried: what is known of them may be missing or out of date. No transaction
// is open meanwhile.
import { actions as actionKinds } from '../../recipes/actions/actions.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import type { Actor } from '../people/unit-of-work.ts'
import type { Targets } from './board-target.ts'

export async function lookAtBoards(targets: Targets, actor: Actor, actions: RecipeBody['actions']): Promise<void> {
  const refs = actions.flatMap((action) => actionKinds.boards(action)).map(({ board }) => board)
  for (const { target: kind, id } of new Map(refs.map((ref) => [`${ref.target}/${ref.id}`, ref])).values()) {
    const target = targets.get(kind)
    if (target?.writes === 'remote') await target.look(actor, id)
  }
}
