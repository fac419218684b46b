// What stands beside the plan of every action.
import { z } from 'zod'
import { leftOut } from '../left-out.ts'

/**
 * `cut` names what did not fit and was cut, for example `name`, `columns.amount` or `body`; `leftOut` what a filter could not read.
 * `timeZone`: where the reader of its dates is.
 */
export const besidePlan = { cut: z.array(z.string()), leftOut: z.array(leftOut), timeZone: z.string() }

export type BesidePlan = z.infer<z.ZodObject<typeof besidePlan>>
