import type { Language } from './language.ts'
import type { Words } from './words.ts'
import { english } from './words-en.ts'
import { french } from './words-fr.ts'

export const wordsOf: Record<Language, Words> = { en: english, fr: french }

const shown = 80

/** On one line, and short. */
export function quoted(text: string, language: Language): string {
  const line = text.replace(/\s+/g, ' ')
  return wordsOf[language].quote(line.length > shown ? `${line.slice(0, shown - 1)}…` : line)
}
