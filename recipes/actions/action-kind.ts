// What there is to say of a kind of action. Everything else that treats actions reads it here: a kind that leaves a part out does not
// compile. Its file is the only one that names it, but for the code that carries it out.
import type { z } from 'zod'
import type { BoardUse } from '../board-use.ts'
import type { Language } from '../language.ts'
import type { MessageField } from '../message.ts'
import type { Say } from '../say.ts'
import type { NewItem, PlannedItem } from './item.ts'
import type { PartName } from './part-names.ts'
import type { PlacedTemplate, PlannedHtml, WithHtml, Writer } from './writing.ts'

/** Pointers are relative to the action. */
export type ActionKind<Shape extends z.ZodObject, Planned extends z.ZodObject> = {
  /** As a recipe writes it. */
  schema: Shape
  /** As it is to be carried out. `html`: HTML as a template made it, or in the form that it is kept or shown in. */
  planned(html: z.ZodType<PlannedHtml>): Planned
  /** The language knows more than the server does: a recipe that could never run is not saved. */
  isCarriedOut: boolean
  templates(action: z.output<Shape>): PlacedTemplate[]
  boards(action: z.output<Shape>): BoardUse[]
  /** Where it, or its plan, says that files of the email go along. */
  filesAt(action: z.output<Shape> | z.output<Planned>): string[]
  /** What it needs of a message beside what its templates name. */
  needs(action: z.output<Shape>): MessageField[]
  plan(action: z.output<Shape>, writer: Writer): z.output<Planned>
  /** The item that it creates, always or where it finds none. */
  itemOf<Html>(planned: WithHtml<z.output<Planned>, Html>): PlannedItem<Html> | undefined
  /** The same plan with its HTML and its item in another form. */
  reform<From, To>(planned: WithHtml<z.output<Planned>, From>, forms: Forms<From, To>): WithHtml<z.output<Planned>, To>
  words: Record<Language, ActionWords<z.output<Shape>>>
  /** null: the editor keeps such an action as it is, and shows its name. */
  form: ActionForm<z.output<Shape>> | null
}

export type Forms<From, To> = { html(html: From, part: PartName): To; item(item: PlannedItem<From>): PlannedItem<To> }

type ActionWords<Action> = {
  /** `Create item`. */
  name: string
  /** What follows `When an email arrives, `. */
  says(action: Action, say: Say): string
}

/** The form shows the item that an action creates. */
export type ActionForm<Action> = {
  /** `Create an item for each email`. */
  choice: Record<Language, string>
  itemAt: '' | `/${string}`
  /** null: this one creates no item, and is kept as it is. */
  itemOf(action: Action): NewItem | null
  actionFrom(item: NewItem): Action
}
