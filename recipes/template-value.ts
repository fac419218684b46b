import type { Address } from './message.ts'

/** What a template that is one output hands over beside its text: one value, with its commas; a list; people with their addresses. */
export type TemplateValue = { one: string } | { list: string[] } | { addresses: Address[] }
