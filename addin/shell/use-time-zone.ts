import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { call } from '../api/call.ts'
import { meQuery } from '../api/queries.ts'
import { hostTimeZone } from '../office/time-zone.ts'

/** Tells the server once where the mailbox is read, while it does not know. What the person has chosen stays. */
export function useTimeZoneOfHost(): void {
  const queries = useQueryClient()
  const { data: me } = useQuery(meQuery)
  const isUnknown = me !== undefined && me.timeZone === null
  useEffect(() => {
    if (!isUnknown) return
    call('writeTimeZone', { body: { timeZone: hostTimeZone() } }).then(
      () => queries.invalidateQueries({ queryKey: meQuery.queryKey }),
      // The settings show that dates are those of UTC, and let the person choose.
      () => undefined,
    )
  }, [isUnknown, queries])
}
