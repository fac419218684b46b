import { z } from 'zod'
import { actions } from '../recipes/actions/actions.ts'
import { besidePlan } from '../recipes/actions/planned.ts'
import { recipeBody } from '../recipes/recipe.ts'
import { leftOut } from './item.ts'
import { tryMessages } from './limits.ts'

const warning = z.union([
  leftOut.extend({ pointer: z.string() }),
  z.object({ pointer: z.string(), code: z.literal('ascii-word'), written: z.string(), detail: z.string() }),
])

/** A recipe as the API shows it: its body, and what the server adds. */
export const recipe = z
  .intersection(
    recipeBody,
    z.object({
      id: z.string(),
      version: z.number(),
      enabledAt: z.iso.datetime().nullable(),
      paused: z.object({ code: z.string() }).nullable(),
      createdAt: z.iso.datetime(),
      /** In the answer to a saved recipe: what it will always leave out, and patterns that know only a to z. */
      warnings: z.array(warning).optional(),
    }),
  )
  .meta({ id: 'SavedRecipe' })

export type SavedRecipe = z.infer<typeof recipe>

const decision: z.ZodType<DecisionShape> = z
  .lazy(() =>
    z.object({
      pointer: z.string(),
      holds: z.boolean(),
      field: z.string().optional(),
      operator: z.string().optional(),
      decidedBy: z.string().optional(),
      children: z.array(decision).optional(),
    }),
  )
  .meta({ id: 'Decision' })

type DecisionShape = {
  pointer: string
  holds: boolean
  field?: string | undefined
  operator?: string | undefined
  decidedBy?: string | undefined
  children?: DecisionShape[] | undefined
}

/** The body of a try. The recipe language itself validates `recipe`, so that faults have pointers. */
export const tryRecipe = z.strictObject({
  recipe: z.unknown(),
  message: z.union([
    z.strictObject({ id: z.string().min(1).max(1000) }),
    z.strictObject({ latest: z.number().int().min(1).max(tryMessages) }),
  ]),
})

/** What a run would do, its HTML as a run would keep it. */
const plannedAction = actions
  .planned(z.object({ html: z.string() }), { ...besidePlan, leftOut: z.array(leftOut) })
  .meta({ id: 'PlannedAction' })

export const tryResult = z
  .object({
    results: z.array(
      z.object({
        message: z.object({ id: z.string(), subject: z.string(), from: z.string(), receivedAt: z.string() }),
        matches: z.boolean(),
        conditions: z.array(decision),
        actions: z.array(plannedAction),
      }),
    ),
  })
  .meta({ id: 'TryResult' })

export type TryResult = z.infer<typeof tryResult>
