import { queryOptions } from '@tanstack/react-query'
import { type OpenMessage, readBodyText } from '../office/open-message.ts'

/** The text of a mail does not change: it is asked for once. */
export const bodyQuery = (message: OpenMessage | null) =>
  queryOptions({
    queryKey: ['body', message?.id],
    queryFn: () => (message === null ? null : readBodyText(message)),
    staleTime: Infinity,
    gcTime: 60_000,
  })
