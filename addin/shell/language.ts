import { recall, remember } from '../office/storage.ts'
import type english from '../text/en.json'

export type Language = 'en' | 'fr'
export type TextId = keyof typeof english
export type Texts = { language: Language; messages: Record<string, string> }

/** The person's own choice, else the host's language where it is one of ours, else English. */
export function chooseLanguage(hostLanguage: string): Language {
  const chosen = recall('language')
  if (chosen === 'en' || chosen === 'fr') return chosen
  return hostLanguage.toLowerCase().startsWith('fr') ? 'fr' : 'en'
}

export const rememberLanguage = (language: Language | null) => remember('language', language)

export const chosenLanguage = () => recall('language')

export async function loadTexts(language: Language): Promise<Texts> {
  const { default: messages } = language === 'fr' ? await import('../text/fr.json') : await import('../text/en.json')
  return { language, messages }
}
