import { queryOptions } from '@tanstack/react-query'
import { type OpenMessage, readBody } from '../office/open-message.ts'
import { isPlainHtml } from './plain-html.ts'

/** The body as Outlook turns it into text; `isPlain`: the server reads the same words. A mail does not change, so it is asked for once. */
export const bodyQuery = (message: OpenMessage | null) =>
  queryOptions({
    queryKey: ['body', message?.id],
    queryFn: () => (message === null ? null : bodyOf(message)),
    staleTime: Infinity,
    gcTime: 60_000,
  })

async function bodyOf(message: OpenMessage): Promise<{ text: string; isPlain: boolean } | null> {
  const text = await readBody(message, 'text')
  const html = text === null ? null : await readBody(message, 'html')
  return text === null ? null : { text, isPlain: html !== null && isPlainHtml(html) }
}
