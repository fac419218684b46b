import { z } from 'zod'

/** The union of the shapes of a table, told apart by one member. TypeScript cannot infer it from a table: the caller names its type. */
export function unionBy<Output>(member: string, shapes: readonly z.ZodObject[]): z.ZodType<Output, Output>
export function unionBy(member: string, [first, ...others]: readonly z.ZodObject[]): z.ZodType<unknown, unknown> {
  if (first === undefined) throw new Error(`The table of shapes by ${member} is empty.`)
  return z.discriminatedUnion(member, [first, ...others])
}
