// All that is done with actions whatever their kind, made from a table of kinds. The product's own table is in actions.ts.
import type { z } from 'zod'
import { type BoardUse, usesWithin } from '../board-use.ts'
import type { Language } from '../language.ts'
import type { MessageField } from '../message.ts'
import type { Say } from '../say.ts'
import { unionBy } from '../union-by.ts'
import type { ActionForm, ActionKind, Forms } from './action-kind.ts'
import type { PlannedItem } from './item.ts'
import type { BesidePlan } from './planned.ts'
import type { PlacedTemplate, PlannedHtml, WithHtml, Writer } from './writing.ts'

export type ActionTable = Record<string, ActionKind<z.ZodObject, z.ZodObject>>

export type ActionIn<Table extends ActionTable> = { [Kind in keyof Table]: z.output<Table[Kind]['schema']> }[keyof Table]

export type PlannedIn<Table extends ActionTable, Html> = {
  [Kind in keyof Table]: WithHtml<z.output<ReturnType<Table[Kind]['planned']>>, Html>
}[keyof Table]

/** Each kind stands under the name that its actions bear. */
type Named<Table extends ActionTable> = { [Kind in keyof Table]: { schema: z.ZodType<{ kind: Kind }> } }

export type Actions<Table extends ActionTable> = {
  table: Table
  kinds: (keyof Table & string)[]
  schema: z.ZodType<ActionIn<Table>, ActionIn<Table>>
  /** `beside`: what stands beside the plan of every kind. */
  planned<Html extends PlannedHtml, Beside extends z.ZodRawShape>(
    html: z.ZodType<Html>,
    beside: Beside,
  ): z.ZodType<PlannedIn<Table, Html> & z.output<z.ZodObject<Beside>>, PlannedIn<Table, Html> & z.output<z.ZodObject<Beside>>>
  isCarriedOut(action: ActionIn<Table>): boolean
  /** Every template of an action, with its place in the action. */
  templates(action: ActionIn<Table>): PlacedTemplate[]
  /** The boards that it uses. `base`: where the action stands. */
  boards(action: ActionIn<Table>, base?: string): BoardUse[]
  filesAt(action: ActionIn<Table> | PlannedIn<Table, PlannedHtml>): string[]
  needs(action: ActionIn<Table>): MessageField[]
  plan(action: ActionIn<Table>, writer: Writer): PlannedIn<Table, PlannedHtml>
  itemOf<Html>(planned: PlannedIn<Table, Html>): PlannedItem<Html> | undefined
  reform<From, To>(planned: PlannedIn<Table, From> & BesidePlan, forms: Forms<From, To>): PlannedIn<Table, To> & BesidePlan
  says(action: ActionIn<Table>, language: Language, say: Say): string
  /** undefined: a kind of a later version, or of an earlier one. */
  nameOf(kind: string, language: Language): string | undefined
  formOf(kind: string): ActionForm<ActionIn<Table>> | null
}

export function actionsFrom<Table extends ActionTable>(table: Table & Named<Table>): Actions<Table>
export function actionsFrom(table: ActionTable): Actions<ActionTable> {
  const known = (kind: string) => (Object.hasOwn(table, kind) ? table[kind] : undefined)
  const kindOf = (action: object) => {
    const kind = 'kind' in action ? action.kind : undefined
    const found = known(String(kind))
    if (found === undefined) throw new Error(`There is no action of the kind ${JSON.stringify(kind)}.`)
    return found
  }

  return {
    table,
    kinds: Object.keys(table),
    schema: unionBy(
      'kind',
      Object.values(table).map(({ schema }) => schema),
    ),
    planned: (html, beside) =>
      unionBy(
        'kind',
        Object.values(table).map(({ planned }) => planned(html).extend(beside)),
      ),
    isCarriedOut: (action) => kindOf(action).isCarriedOut,
    templates: (action) => kindOf(action).templates(action),
    boards: (action, base = '') => usesWithin(kindOf(action).boards(action), base),
    filesAt: (action) => kindOf(action).filesAt(action),
    needs: (action) => kindOf(action).needs(action),
    plan: (action, writer) => kindOf(action).plan(action, writer),
    itemOf: (planned) => kindOf(planned).itemOf(planned),
    reform(planned, forms) {
      const { cut, leftOut, timeZone } = planned
      return { cut, leftOut, timeZone, ...kindOf(planned).reform(planned, forms) }
    },
    says: (action, language, say) => kindOf(action).words[language].says(action, say),
    nameOf: (kind, language) => known(kind)?.words[language].name,
    formOf: (kind) => known(kind)?.form ?? null,
  }
}
