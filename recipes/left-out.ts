// Values that an action left out because their text holds no such value or could mean two. The item or update is still written.
import { z } from 'zod'
import { partNames } from './actions/part-names.ts'
import type { Language } from './language.ts'
import { wordsOf } from './words-of.ts'

export const leftOutCodes = [
  ...(['unknown-label', 'no-date', 'date-in-two-ways', 'no-number', 'number-in-two-ways', 'no-email', 'no-link'] as const),
  ...(['no-phone', 'no-country', 'no-checkbox', 'unknown-person', 'too-long', 'no-room'] as const),
] as const

export type LeftOutCode = (typeof leftOutCodes)[number]

/** `part` as in `cut`: `columns.due`, `name`, `body`. `title`: what people call it, where it has a name. */
export const leftOut = z.object({ part: z.string(), title: z.string().exactOptional(), code: z.enum(leftOutCodes) })

export type LeftOut = z.infer<typeof leftOut>

/** `detail` is in English, for programs. */
export type LeftOutInWords = LeftOut & { detail: string }

export const inWords = (left: LeftOut): LeftOutInWords => ({ ...left, detail: leftOutWords(left, 'en') })

/** The first reason for each part. */
export const oncePerPart = (all: readonly LeftOut[]): LeftOut[] =>
  all.filter(({ part }, at) => all.findIndex((other) => other.part === part) === at)

/** In words: `“Due” stays empty: the text is not a date.` */
export function leftOutWords({ part, title, code }: LeftOut, language: Language): string {
  const { quote } = wordsOf[language]
  const isColumn = part.startsWith('columns.')
  const { empty, within, because } = words[language]
  const reason = because[code]
  return isColumn
    ? empty(quote(title ?? part.slice('columns.'.length)), reason)
    : within(isNamed(part) ? partNames[part][language] : part, reason)
}

const isNamed = (part: string): part is keyof typeof partNames => Object.hasOwn(partNames, part)

type LeftOutWords = {
  empty(title: string, reason: string): string
  within(part: string, reason: string): string
  because: Record<LeftOutCode, string>
}

const words: Record<Language, LeftOutWords> = {
  en: {
    empty: (title, reason) => `${title} stays empty: ${reason}.`,
    within: (part, reason) => `A date was left out of ${part}: ${reason}.`,
    because: {
      'unknown-label': 'the text is not one of its labels',
      'no-date': 'the text is not a date',
      'date-in-two-ways': 'the day and the month could be either way round',
      'no-number': 'the text is not a number',
      'number-in-two-ways': 'the number can be read in two ways',
      'no-email': 'the text is not an email address',
      'no-link': 'the text is not a link that begins with http:// or https://',
      'no-phone': 'the text is not a phone number',
      'no-country': 'the phone number does not begin with its country, as +33 does',
      'no-checkbox': 'the text is neither yes nor no',
      'unknown-person': 'nobody in the account has this address',
      'too-long': 'the text is too long',
      'no-room': 'the item has no room for it',
    },
  },
  fr: {
    empty: (title, reason) => `${title} reste vide\u202f: ${reason}.`,
    within: (part, reason) => `Une date a été omise dans ${part}\u202f: ${reason}.`,
    because: {
      'unknown-label': 'le texte n’est pas l’une de ses étiquettes',
      'no-date': 'le texte n’est pas une date',
      'date-in-two-ways': 'le jour et le mois peuvent être intervertis',
      'no-number': 'le texte n’est pas un nombre',
      'number-in-two-ways': 'le nombre peut se lire de deux façons',
      'no-email': 'le texte n’est pas une adresse e-mail',
      'no-link': 'le texte n’est pas un lien qui commence par http:// ou https://',
      'no-phone': 'le texte n’est pas un numéro de téléphone',
      'no-country': 'le numéro de téléphone ne commence pas par son pays, comme +33',
      'no-checkbox': 'le texte ne dit ni oui ni non',
      'unknown-person': 'personne dans le compte n’a cette adresse',
      'too-long': 'le texte est trop long',
      'no-room': 'l’élément n’a plus de place',
    },
  },
}
