// What this process remembers of access tokens and of the keys of access logs: each for a minute at most, and who is obtaining one at this moment.

export type TokenMemory = {
  recall(connectionId: string, now: Date): string | undefined
  remember(connectionId: string, kept: { token: string; goodUntil: Date; now: Date }): void
  recallAccessLogKey(connectionId: string, now: Date): Buffer | undefined
  rememberAccessLogKey(connectionId: string, key: Buffer, now: Date): void
  forget(connectionId: string): void
  /** Callers for the same connection share one call. */
  once(connectionId: string, obtain: () => Promise<string>): Promise<string>
}

const longestMs = 60_000
const mostKept = 10_000

export function openTokenMemory(): TokenMemory {
  const tokens = openMinuteMemory<string>()
  const accessLogKeys = openMinuteMemory<Buffer>()
  const underWay = new Map<string, Promise<string>>()
  return {
    recall: (connectionId, now) => tokens.recall(connectionId, now),
    remember: (connectionId, { token, goodUntil, now }) =>
      tokens.remember(connectionId, token, Math.min(now.getTime() + longestMs, goodUntil.getTime())),
    recallAccessLogKey: (connectionId, now) => accessLogKeys.recall(connectionId, now),
    rememberAccessLogKey: (connectionId, key, now) => accessLogKeys.remember(connectionId, key, now.getTime() + longestMs),
    forget(connectionId) {
      tokens.forget(connectionId)
      accessLogKeys.forget(connectionId)
    },
    once(connectionId, obtain) {
      const shared = underWay.get(connectionId) ?? obtain().finally(() => underWay.delete(connectionId))
      underWay.set(connectionId, shared)
      return shared
    },
  }
}

function openMinuteMemory<Secret>() {
  const kept = new Map<string, { secret: Secret; until: number }>()
  return {
    recall(connectionId: string, now: Date): Secret | undefined {
      const found = kept.get(connectionId)
      return found !== undefined && now.getTime() < found.until ? found.secret : undefined
    },
    remember(connectionId: string, secret: Secret, until: number): void {
      const [oldest] = kept.keys()
      if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest)
      kept.set(connectionId, { secret, until })
    },
    forget: (connectionId: string) => void kept.delete(connectionId),
  }
}
