import { useQuery } from '@tanstack/react-query'
import { createContext, useContext, useMemo } from 'react'
import type { BoardColumn } from '../../contract/board.ts'
import { fromText, render } from '../../recipes/column.ts'
import { whyNoDate } from '../../recipes/date-text.ts'
import { type LeftOutCode, leftOutWords } from '../../recipes/left-out.ts'
import type { Message } from '../../recipes/message.ts'
import { templateValue } from '../../recipes/plan.ts'
import { renderTemplate, templateNames } from '../../recipes/template.ts'
import { scopeOf } from '../../recipes/template-names.ts'
import { meQuery } from '../api/queries.ts'
import { bodyQuery } from '../mail/body-query.ts'
import { messageFromOffice } from '../mail/message-from-office.ts'
import { useOpenMessage } from '../office/open-message.ts'
import { useLanguage } from '../shell/use-text.ts'

/** The open mail, to show what a template would become; null while no mail is open. */
export const SampleContext = createContext<Message | null>(null)

export function useSampleMessage(): Message | null {
  const message = useOpenMessage()
  const { data: body } = useQuery({ ...bodyQuery(message), enabled: message !== null })
  const { data: me } = useQuery(meQuery)
  const timeZone = me?.timeZone
  return useMemo(() => {
    if (message === null) return null
    const sample = messageFromOffice(message, body?.text ?? '')
    return { ...sample, owner: { ...sample.owner, ...(timeZone && { timeZone }) } }
  }, [message, body, timeZone])
}

const shown = 120

/** What the template becomes on the open mail, or why it is left out; neither where it is plain text or needs what Outlook does not show. */
export function useSample(template: string, column?: BoardColumn): { text: string; leftOut?: string } {
  const language = useLanguage()
  const message = useContext(SampleContext)
  const names = templateNames(template)
  if (message === null || names.length === 0 || names.some((name) => name === 'message.webLink' || name === 'message.body.html'))
    return { text: '' }
  const { timeZone } = message.owner
  let unread: LeftOutCode | undefined
  const onUnread = (text: string) => (unread ??= whyNoDate(text))
  const rendered = renderTemplate(template, scopeOf(message), 'text', { ...(timeZone && { timeZone }), onUnread })
    .replace(/\s+/g, ' ')
    .trim()
  if (column === undefined) return { text: short(rendered) }
  const { type, labels, locale, id, title } = column
  const read = fromText(type, rendered, { labels, locale, timeZone, value: templateValue(template, message) })
  const code = unread ?? ('code' in read ? read.code : undefined)
  if (code !== undefined) return { text: '', leftOut: leftOutWords({ part: `columns.${id}`, title, code }, language) }
  return { text: short('value' in read ? render(type, read.value, language) : '') }
}

const short = (text: string) => (text.length > shown ? `${text.slice(0, shown)}…` : text)
