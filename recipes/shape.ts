// The small parts that triggers and actions are written with.
import { z } from 'zod'
import { boardKind } from './board-kind.ts'
import { limits } from './limits.ts'

export const id = z.string().min(1).max(200)
export const template = z.string().max(limits.template)

export const boardRef = z.strictObject({ target: boardKind, id }).meta({ id: 'BoardRef' })

export type BoardRef = z.infer<typeof boardRef>
