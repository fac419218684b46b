import { useCallback } from 'react'
import { type PrimitiveType, useIntl } from 'react-intl'
import type { Language, TextId } from './language.ts'

export type TextValues = Record<string, PrimitiveType>

/** The words for an id, in the language of the pane. */
export function useText() {
  const intl = useIntl()
  return useCallback((id: TextId, values?: TextValues): string => intl.formatMessage({ id }, values), [intl])
}

export const useLanguage = (): Language => (useIntl().locale === 'fr' ? 'fr' : 'en')

/** For ids that are made from codes: undefined where the language has no words for it. */
export function useTextIfThere() {
  const intl = useIntl()
  return useCallback(
    (id: string, values?: TextValues): string | undefined => (id in intl.messages ? intl.formatMessage({ id }, values) : undefined),
    [intl],
  )
}
