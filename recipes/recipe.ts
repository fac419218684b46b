// The shape of a recipe. It comes in by parse-recipe.ts alone.
import { z } from 'zod'
import { actions } from './actions/actions.ts'
import { conditionGroup } from './group.ts'
import { limits } from './limits.ts'
import { trigger } from './triggers.ts'

export const action = actions.schema.meta({ id: 'Action' })

export const recipeBody = z
  .strictObject({
    name: z.string().trim().min(1).max(limits.name),
    enabled: z.boolean(),
    trigger,
    conditions: conditionGroup,
    actions: z.array(action).min(1).max(limits.actions),
  })
  .meta({ id: 'RecipeBody' })

export type RecipeBody = z.infer<typeof recipeBody>
