// What an intent holds for monday.com: all that is sent, decided before it leaves, so that a repetition has the same bytes. Only the
// reference by which it is found again comes from the intent itself.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { leftOutCodes } from '../../../recipes/left-out.ts'
import type { Intent } from '../board-target.ts'

/** `html` is refused now and then, for a tag that is documented nowhere: then `plain` goes out. */
const update = z.object({ html: z.string(), plain: z.string() })

const notes = {
  boardId: z.string(),
  leftOut: z.array(z.object({ part: z.string(), title: z.string().exactOptional(), code: z.enum(leftOutCodes) })),
  cut: z.array(z.string()),
}

const request = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('item'),
    ...notes,
    group: z.string().nullable(),
    name: z.string(),
    values: z.record(z.string(), z.unknown()),
    makesLabels: z.boolean(),
    /** The column for the reference; null: the board has none. */
    marker: z.string().nullable(),
    update: update.nullable(),
  }),
  z.object({ kind: z.literal('update'), ...notes, itemId: z.string(), update }),
])

export type Request = z.infer<typeof request>
export type ItemRequest = Extract<Request, { kind: 'item' }>
export type UpdateRequest = Extract<Request, { kind: 'update' }>

export const textOf = (asked: Request): string => JSON.stringify(asked)
export const requestOf = ({ request: text }: Pick<Intent, 'request'>): Request => request.parse(JSON.parse(text))

/** Lower case, since searches know no case. It says nothing of the run to those who read it on the board. */
export const referenceOf = (marker: string): string => createHash('sha256').update(marker).digest('hex').slice(0, 32)

/** An update has no column: its reference stands at its end. */
export const withReference = (body: string, marker: string): string => `${body}<p>${referenceIn(marker)}</p>`
export const referenceIn = (marker: string): string => `Mailboard ${referenceOf(marker).slice(0, 16)}`
