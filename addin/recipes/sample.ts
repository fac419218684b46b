import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useMemo } from 'react'
import type { BoardColumn } from '../../contract/board.ts'
import { fromText, render } from '../../recipes/column.ts'
import { renderTemplate, type TemplateScope, templateNames } from '../../recipes/template.ts'
import { scopeOf } from '../../recipes/template-names.ts'
import { bodyQuery } from '../mail/body-query.ts'
import { messageFromOffice } from '../mail/message-from-office.ts'
import { useOpenMessage } from '../office/open-message.ts'
import { useLanguage } from '../shell/use-text.ts'

/** The values of the open mail, to show what a template would become; null while no mail is open. */
export const SampleContext = createContext<TemplateScope | null>(null)

export function useSampleScope(): TemplateScope | null {
  const message = useOpenMessage()
  const { data: body } = useQuery({ ...bodyQuery(message), enabled: message !== null })
  return useMemo(() => (message === null ? null : scopeOf(messageFromOffice(message, body?.text ?? ''))), [message, body])
}

const shown = 120

/** What the template becomes on the open mail; nothing where it is plain text or needs what Outlook does not show. */
export function useSample(template: string, column?: BoardColumn): string {
  const language = useLanguage()
  const scope = useContext(SampleContext)
  if (scope === null) return ''
  const names = templateNames(template)
  if (names.length === 0 || names.some((name) => name === 'message.webLink' || name === 'message.body.html')) return ''
  const rendered = renderTemplate(template, scope, 'text').replace(/\s+/g, ' ').trim()
  const read = column && fromText(column.type, rendered, column.labels)
  const text = column && read && 'value' in read ? render(column.type, read.value, language) : rendered
  return text.length > shown ? `${text.slice(0, shown)}…` : text
}
