// monday.com asks to be left alone, for a minute or until tomorrow: then no process calls it for that connection, and a
// call that was to be made fails as monday.com would let it fail.
import { letRest, restOf } from '../../database/leases.ts'
import type { Database } from '../../database/schema.ts'
import { MondayError } from './monday-error.ts'

export type Pauses = {
  /** Throws as monday.com would. */
  refuseWhilePaused(connectionId: string): Promise<void>
  pause(connectionId: string, kind: 'wait' | 'park', seconds: number): Promise<void>
}

const names = (connectionId: string) => ({ wait: `monday-wait:${connectionId}`, park: `monday-day:${connectionId}` })

export const openPauses = (db: Database): Pauses => ({
  async refuseWhilePaused(connectionId) {
    const { wait, park } = names(connectionId)
    const rests = await restOf(db, [wait, park])
    const [untilTomorrow, seconds] = [rests.get(park), rests.get(wait)]
    if (untilTomorrow !== undefined)
      throw new MondayError('park', { status: 429, code: 'DAILY_LIMIT_EXCEEDED', retryAfterSeconds: untilTomorrow })
    if (seconds !== undefined) throw new MondayError('wait', { status: 429, code: 'paused-as-asked', retryAfterSeconds: seconds })
  },
  pause: (connectionId, kind, seconds) => letRest(db, names(connectionId)[kind], seconds),
})
