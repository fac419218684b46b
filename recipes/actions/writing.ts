// How an action is planned: its templates, and the writer that renders them for one message.
import type { Message } from '../message.ts'
import type { TemplateValue } from '../template-value.ts'
import type { Part } from './part-names.ts'

/** `isHtml`: it renders to HTML, which is cleaned before it is kept. */
export type PlacedTemplate = { pointer: string; template: string; isHtml?: true }

/** As a template made it: what the email's HTML holds is still in it. */
export type PlannedHtml = { html: string }

/** A plan whose HTML has another form, for instance the cleaned one. */
export type WithHtml<Plan, Html> = Plan extends PlannedHtml
  ? Html
  : Plan extends readonly unknown[]
    ? Plan
    : Plan extends object
      ? { [Key in keyof Plan]: WithHtml<Plan[Key], Html> }
      : Plan

/** Renders templates, and notes in which part a text was cut or a value left out. */
export type Writer = {
  message: Message
  /** One line, without control characters. */
  line(template: string, part: Part, limit: number): string
  text(template: string, part: Part, limit: number): string
  html(template: string, part: Part): PlannedHtml
  /** What a template is made of, if that is one value. */
  value(template: string): TemplateValue | undefined
}
