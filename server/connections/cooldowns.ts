// A service that fails for a connection is not asked about it again before a cooldown is over, whoever wants to know and in
// whatever process; the cooldown doubles with each failure. Where all of a tenant fail at Entra, or all at Graph or Vault, one
// tries for all of them after short pauses, and its success frees them at once. A definite answer is no failure.
import type { Database } from '../database/schema.ts'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { CoolingDown, UpstreamError } from '../upstream/upstream-error.ts'
import {
  addFailure,
  type Cooled,
  type Cooling,
  coolingsAt,
  coolingsOfGraph,
  endCooling,
  forgetCoolings,
  isCooling,
  noteSuccess,
  pauseAsTold,
  type Place,
  takeProbe,
  takeWellProbe,
} from './cooldown-store.ts'

type Who = { connectionId: string; tenantId?: string }
type Guarded<Result> = {
  work: () => Promise<Result>
  /** It is about one mail, whose failure may be its own (see messages/own-failure.ts). */
  isOfOneMail?: boolean
}

export type Cooldowns = {
  /** Throws CoolingDown where the service is left alone, and after a failure that says so. */
  guard<Result>(service: Cooled, who: Who, guarded: Guarded<Result>): Promise<Result>
  /** Its owner has connected it anew. */
  forget(connectionId: string): Promise<void>
}

/** In bases of retries: half a minute and five minutes with the default of two seconds. */
const firstPause = 15
const longestPause = 150
/** Of all together: a backlog must start within half a minute of the end of an outage. */
const widePauses = { entra: 10, graph: 8, vault: 5 } as const
/**
 * Of those that have not failed themselves one may try in so long, whatever the others do: some that fail and ask all the time must
 * not speak for those that are well.
 */
const wellPause = 0.5
const longestTold = 3_600
const oftenestNotedMs = 1_000

export function openCooldowns(db: Database, { retryBaseMs }: { retryBaseMs: number }): Cooldowns {
  const base = retryBaseMs / 1000
  const graph = openSnapshot(() => coolingsOfGraph(db), Math.min(retryBaseMs / 2, 1_000))
  const succeededAt = new Map<string, number>()
  const notedAt = new Map<string, number>()

  const look = async (place: Place): Promise<{ own?: Cooling; wide?: Cooling; isSomeCooling: boolean }> => {
    if (place.service !== 'graph') return { ...(await coolingsAt(db, place)), isSomeCooling: false }
    const all = await graph.current()
    const [own, wide] = [all.get(place.connectionId), all.get(place.parent)]
    return { ...(own ? { own } : {}), ...(wide ? { wide } : {}), isSomeCooling: all.size > 0 }
  }
  const leftAlone = (place: Place, seconds: number, cause?: unknown) =>
    new CoolingDown(place.service, { seconds: Math.max(seconds, 0.001), ...place }, cause)
  const turnedAway = (place: Place, seconds: number) => {
    metrics.refusedWhileCooling.inc({ service: place.service })
    return leftAlone(place, seconds)
  }

  /** Whether it is the one try of those that are left alone. */
  async function admit(place: Place, { own, wide }: { own?: Cooling; wide?: Cooling }): Promise<boolean> {
    if (isCooling(wide) && (await isWell(place, own))) {
      if (await takeWellProbe(db, place, wellPause * base)) return true
      throw turnedAway(place, Math.min(wide.seconds, wellPause * base))
    }
    const [scope, cooling] = isCooling(wide) ? [place.parent, wide] : [place.connectionId, own]
    if (cooling === undefined || (cooling.failures === 0 && cooling.seconds <= 0)) return false
    if (cooling.seconds <= 0) {
      const bases = isCooling(wide) ? widePauses[place.service] : Math.min(firstPause * 2 ** (cooling.failures - 1), longestPause)
      if (await takeProbe(db, { service: place.service, scope, seconds: bases * base })) return true
      graph.forget()
      cooling.seconds = widePauses.vault * base
    }
    throw turnedAway(place, cooling.seconds)
  }

  /** It has not failed itself. While all of Graph are left alone, the snapshot has only what stands for all. */
  const isWell = async (place: Place, own: Cooling | undefined): Promise<boolean> =>
    ((place.service === 'graph' ? (await coolingsAt(db, place)).own : own)?.failures ?? 0) === 0

  async function failed(place: Place, error: UpstreamError, isProbe: boolean): Promise<CoolingDown> {
    const { retryAfterSeconds: told } = error
    graph.forget()
    if (told !== undefined) {
      const seconds = Math.min(Math.max(told, 0), longestTold) * (1 + Math.random() / 10)
      await pauseAsTold(db, place, seconds)
      return leftAlone(place, seconds, error)
    }
    const jitter = 1 + Math.random() / 5
    const pauses = { first: firstPause * base * jitter, longest: longestPause * base, wide: widePauses[place.service] * base * jitter }
    const since = succeededAt.get(keyOf(place))
    const successSecondsAgo = since === undefined ? undefined : (performance.now() - since) / 1000
    const seconds = await addFailure(db, place, { isProbe, pauses, successSecondsAgo })
    graph.forget()
    log.warn({ err: error, service: place.service, connectionId: place.connectionId, seconds }, 'A service that fails is left alone')
    return leftAlone(place, seconds, error)
  }

  async function succeeded(place: Place, seen: Awaited<ReturnType<typeof look>>): Promise<void> {
    succeededAt.set(keyOf(place), performance.now())
    if ((seen.own?.failures ?? 0) > 0 || isCooling(seen.wide)) {
      await endCooling(db, place)
      graph.forget()
    } else if (seen.isSomeCooling && performance.now() - (notedAt.get(keyOf(place)) ?? Number.NEGATIVE_INFINITY) > oftenestNotedMs) {
      notedAt.set(keyOf(place), performance.now())
      await noteSuccess(db, place.service, place.parent)
    }
  }

  return {
    async guard(service, { connectionId, tenantId }, { work, isOfOneMail = false }) {
      const place = { service, connectionId, parent: service === 'entra' && tenantId !== undefined ? tenantId : 'all' }
      const seen = await look(place)
      const isProbe = await admit(place, seen)
      let result: Awaited<ReturnType<typeof work>>
      try {
        result = await work()
      } catch (error) {
        if (isFailure(service, error) && (isProbe || !isOfOneMail || error.retryAfterSeconds !== undefined || error.status === 429))
          throw await failed(place, error, isProbe)
        if (isDefinite(service, error)) await succeeded(place, seen)
        throw error
      }
      await succeeded(place, seen)
      return result
    },
    async forget(connectionId) {
      await forgetCoolings(db, connectionId)
      graph.forget()
    },
  }
}

const keyOf = ({ service, parent }: Place) => `${service}:${parent}`

/** Of this side of the wire, or about what was sent. */
const ours = new Set(['wrong-host', 'too-large', 'busy', 'compressed', 'wrong-page', 'no-json'])

/** What says that the service, and not the question, is to blame. Entra's 503 with a code is our own credential's doing. */
function isFailure(service: Cooled, error: unknown): error is UpstreamError {
  if (!(error instanceof UpstreamError) || error instanceof CoolingDown || error.service !== service) return false
  const { status, code } = error
  if (code !== undefined && ours.has(code)) return false
  if (service === 'entra' && code !== undefined && code !== 'no-answer') return false
  return status === 0 || status === 408 || status === 429 || (status >= 500 && status !== 501)
}

/** It answered. */
const isDefinite = (service: Cooled, error: unknown) =>
  error instanceof UpstreamError && error.service === service && error.status >= 400 && error.status < 500

/** What was read a moment ago is good enough for a call that is made many times a second. */
function openSnapshot(read: () => Promise<Map<string, Cooling>>, longestMs: number) {
  let kept: { coolings: Map<string, Cooling>; at: number } | undefined
  let reading: Promise<Map<string, Cooling>> | undefined
  const readAnew = async () => {
    const at = performance.now()
    const coolings = await read()
    kept = { coolings, at }
    return coolings
  }
  return {
    async current(): Promise<Map<string, Cooling>> {
      if (kept === undefined || performance.now() - kept.at > longestMs) {
        reading ??= readAnew().finally(() => (reading = undefined))
        return reading
      }
      const passed = (performance.now() - kept.at) / 1000
      if (kept.coolings.size === 0) return kept.coolings
      return new Map([...kept.coolings].map(([scope, { failures, seconds }]) => [scope, { failures, seconds: seconds - passed }]))
    },
    forget: () => void (kept = undefined),
  }
}
