// The table of triggers: what a recipe waits for.
import { z } from 'zod'
import { type BoardUse, usesWithin } from './board-use.ts'
import type { Language } from './language.ts'
import { limits } from './limits.ts'
import type { Say } from './say.ts'
import { type BoardRef, boardRef, id } from './shape.ts'
import type { TemplateNames } from './template-names.ts'
import { unionBy } from './union-by.ts'
import { isTimeZone } from './zone.ts'

type TriggerKind<Shape extends z.ZodObject> = {
  schema: Shape
  /** What the templates of its actions can name. */
  names: TemplateNames
  /** The language knows more than the server does: a recipe that could never run is not saved. */
  isAwaited: boolean
  boards(trigger: z.output<Shape>): BoardUse[]
  /** What follows `When `. */
  says: Record<Language, (trigger: z.output<Shape>, say: Say) => string>
}

const triggerKind = <Shape extends z.ZodObject>(kind: TriggerKind<Shape>): TriggerKind<Shape> => kind

const ofBoard = { names: 'board', isAwaited: false } as const
const boardUse = ({ board }: { board: BoardRef }): BoardUse[] => [{ board, pointer: '/board', groups: [], columns: [] }]
const columnUse = ({ board, column }: { board: BoardRef; column: string }): BoardUse[] => [
  { board, pointer: '/board', groups: [], columns: [{ id: column, pointer: '/column' }] },
]

const table = {
  'mail-received': triggerKind({
    schema: z.strictObject({ kind: z.literal('mail-received') }),
    names: 'mail',
    isAwaited: true,
    boards: () => [],
    says: { en: () => 'an email arrives', fr: () => 'un e-mail arrive' },
  }),
  'item-created': triggerKind({
    schema: z.strictObject({ kind: z.literal('item-created'), board: boardRef }),
    ...ofBoard,
    boards: boardUse,
    says: {
      en: ({ board }, say) => `an item is created ${say.onBoard(board)}`,
      fr: ({ board }, say) => `un élément est créé ${say.onBoard(board)}`,
    },
  }),
  'column-changed': triggerKind({
    schema: z.strictObject({ kind: z.literal('column-changed'), board: boardRef, column: id, to: z.string().max(limits.value).optional() }),
    ...ofBoard,
    boards: columnUse,
    says: {
      en: ({ board, column, to }, say) =>
        `${say.column(board, column)} ${say.onBoard(board)} changes${to === undefined ? '' : ` to ${say.quote(to)}`}`,
      fr: ({ board, column, to }, say) =>
        `${say.column(board, column)} ${say.onBoard(board)} ${to === undefined ? 'change' : `passe à ${say.quote(to)}`}`,
    },
  }),
  'update-added': triggerKind({
    schema: z.strictObject({ kind: z.literal('update-added'), board: boardRef }),
    ...ofBoard,
    boards: boardUse,
    says: {
      en: ({ board }, say) => `an update is added ${say.onBoard(board)}`,
      fr: ({ board }, say) => `une mise à jour est ajoutée ${say.onBoard(board)}`,
    },
  }),
  'date-arrived': triggerKind({
    schema: z.strictObject({
      kind: z.literal('date-arrived'),
      board: boardRef,
      column: id,
      offsetDays: z.int().min(-3650).max(3650),
      at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Use a time of day such as 09:30.'),
      timeZone: z.string().max(100).refine(isTimeZone, 'Use an IANA time zone such as Europe/Paris.'),
    }),
    ...ofBoard,
    boards: columnUse,
    says: {
      en: ({ board, column, at, offsetDays }, say) =>
        `it’s ${at}${offsetDays === 0 ? ' on' : `, ${days(offsetDays, ' day')} ${offsetDays < 0 ? 'before' : 'after'}`} the date in ${say.column(board, column)} ${say.onBoard(board)}`,
      // The space between a number and its unit does not break.
      fr: ({ board, column, at, offsetDays }, say) =>
        `il est ${at},${offsetDays === 0 ? '' : ` ${days(offsetDays, '\u00a0jour')} ${offsetDays < 0 ? 'avant' : 'après'}`} la date de ${say.column(board, column)} ${say.onBoard(board)}`,
    },
  }),
}

function days(offset: number, unit: string): string {
  const count = Math.abs(offset)
  return `${count}${unit}${count === 1 ? '' : 's'}`
}

type Kind = keyof typeof table
export type Trigger = { [K in Kind]: z.output<(typeof table)[K]['schema']> }[Kind]

export const trigger = unionBy<Trigger>(
  'kind',
  Object.values(table).map(({ schema }) => schema),
).meta({ id: 'Trigger' })

const kinds: Record<Kind, TriggerKind<z.ZodObject>> = table

export const triggers = {
  names: ({ kind }: Trigger): TemplateNames => kinds[kind].names,
  isAwaited: ({ kind }: Trigger): boolean => kinds[kind].isAwaited,
  boards: (written: Trigger): BoardUse[] => usesWithin(kinds[written.kind].boards(written), '/trigger'),
  says: (written: Trigger, language: Language, say: Say): string => kinds[written.kind].says[language](written, say),
}
