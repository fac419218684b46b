import { createContext } from 'react'
import type { Texts } from './language.ts'

export const LanguageSwitch = createContext<(texts: Texts) => void>(() => undefined)
