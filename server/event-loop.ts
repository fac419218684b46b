// How long this process keeps everybody waiting while it works on something: the figure by which one hostile mail would be seen.
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { metrics } from './metrics.ts'

type IntervalHistogram = ReturnType<typeof monitorEventLoopDelay>

const resolutionMs = 10
const windowMs = 60_000

/** From now on; gives what sets the gauges, and what ends it. */
export function watchEventLoop(): { countAnew: () => void; stop: () => void } {
  let current = open()
  let before: IntervalHistogram | undefined
  let longest = 0

  const note = () => (longest = Math.max(longest, delayOf(current.max)))
  const timer = setInterval(() => {
    note()
    before?.disable()
    before = current
    current = open()
  }, windowMs)
  timer.unref()

  return {
    countAnew() {
      note()
      const both = before === undefined ? [current] : [before, current]
      const worst = (of: (one: IntervalHistogram) => number) => Math.max(...both.map((one) => delayOf(of(one))))
      metrics.eventLoopDelay.set(
        { of: 'p50' },
        worst((one) => one.percentile(50)),
      )
      metrics.eventLoopDelay.set(
        { of: 'p99' },
        worst((one) => one.percentile(99)),
      )
      metrics.eventLoopDelay.set(
        { of: 'max' },
        worst((one) => one.max),
      )
      metrics.eventLoopDelay.set({ of: 'longest' }, longest)
    },
    stop() {
      clearInterval(timer)
      before?.disable()
      current.disable()
    },
  }
}

function open(): IntervalHistogram {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  histogram.enable()
  return histogram
}

/** In seconds. What is measured is the time between two ticks, which is the resolution where nothing holds them up. */
const delayOf = (nanoseconds: number) => (Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000) : 0)
