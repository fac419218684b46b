// What only an operator can mend: counted every time, said once a minute.
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import type { UpstreamError } from '../upstream/upstream-error.ts'

const everyMs = 60_000

export function openAlarm(alarm: string, whatToDo: string): (error: UpstreamError) => void {
  let saidAt = Number.NEGATIVE_INFINITY
  return (error) => {
    metrics.alarms.inc({ alarm })
    if (performance.now() - saidAt < everyMs) return
    saidAt = performance.now()
    log.error({ err: error, service: error.service, code: error.code }, whatToDo)
  }
}
