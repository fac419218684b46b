// What there is to say of a field that a condition can look at. Each is made by the function of its kind, which asks for all of it;
// a field reads of a message what it names in `needs`, and can read nothing else.
import type { Language } from '../language.ts'
import type { Address, Message, MessageField } from '../message.ts'

/** `label`: how the editor names the field. `noun`: how a sentence does. */
type Words<More = unknown> = Record<Language, { label: string } & More>
type Noun = { noun: string }

/** `isList`: each entry is looked at. `ofOwner`: it depends on the addresses of the mailbox too. */
type Said<Kind extends string, Value, More> = {
  kind: Kind
  needs: readonly MessageField[]
  isList: boolean
  ofOwner: boolean
  read(message: Message): Value
  words: Words<More>
}

export type TextField = Said<'text', string[], Noun>
export type AddressField = Said<'address', Address[], Noun>
export type HeaderField = Omit<Said<'header', string[], { noun(name: string | undefined): string }>, 'read'> & {
  read(message: Message, name: string | undefined): string[]
}
export type ChoiceField<Choice extends string = string> = Said<'choice', string, Noun & { choices: Record<Choice, string> }> & {
  choices: readonly Choice[]
}
/** The sentence when the flag is true, and when it is false. */
export type FlagField = Said<'flag', boolean, { yes: string; no: string }>
/** In bytes. null: the size was not read. */
export type SizeField = Said<'size', number | null, Noun>

export type Field = TextField | AddressField | HeaderField | ChoiceField | FlagField | SizeField
export type FieldTable = Record<string, Field>

/** A field as it is written down: it sees of a message what it needs. */
type Written<Needs extends readonly MessageField[], Value, More, Seen = Pick<Message, Needs[number]>> = {
  needs: Needs
  read(message: Seen): Value
  words: Words<More>
}

const plain = { isList: false, ofOwner: false } as const

export const textField = <const Needs extends readonly MessageField[]>(
  field: Written<Needs, string[], Noun> & { isList?: true },
): TextField => ({ kind: 'text', ...plain, ...field })

export const addressField = <const Needs extends readonly MessageField[]>(field: Written<Needs, Address[], Noun>): AddressField => ({
  kind: 'address',
  ...plain,
  isList: true,
  ...field,
})

export const headerField = (field: Omit<HeaderField, 'kind' | keyof typeof plain>): HeaderField => ({
  kind: 'header',
  ...plain,
  isList: true,
  ...field,
})

export const choiceField = <const Needs extends readonly MessageField[], const Choice extends string>(
  choices: readonly Choice[],
  field: Written<Needs, Choice, Noun & { choices: Record<Choice, string> }>,
): ChoiceField<Choice> => ({ kind: 'choice', ...plain, choices, ...field })

export const flagField = <const Needs extends readonly MessageField[]>(
  field: Written<Needs, boolean, { yes: string; no: string }>,
): FlagField & { ofOwner: false } => ({ kind: 'flag', ...plain, ...field })

export const ownerField = <const Needs extends readonly MessageField[]>(
  field: Written<Needs, boolean, { yes: string; no: string }, Pick<Message, Needs[number] | 'owner'>>,
): FlagField & { ofOwner: true } => ({ kind: 'flag', ...plain, ...field, ofOwner: true })

export const sizeField = <const Needs extends readonly MessageField[]>(field: Written<Needs, number | null, Noun>): SizeField => ({
  kind: 'size',
  ...plain,
  ...field,
})
