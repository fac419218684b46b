// What this process remembers of access tokens: each for a minute at most, and who is obtaining one at this moment.

export type TokenMemory = {
  recall(connectionId: string, now: Date): string | undefined
  remember(connectionId: string, kept: { token: string; goodUntil: Date; now: Date }): void
  forget(connectionId: string): void
  /** Callers for the same connection share one call. */
  once(connectionId: string, obtain: () => Promise<string>): Promise<string>
}

const longestMs = 60_000
const mostTokens = 10_000

export function openTokenMemory(): TokenMemory {
  const tokens = new Map<string, { token: string; until: number }>()
  const underWay = new Map<string, Promise<string>>()
  return {
    recall(connectionId, now) {
      const kept = tokens.get(connectionId)
      return kept !== undefined && now.getTime() < kept.until ? kept.token : undefined
    },
    remember(connectionId, { token, goodUntil, now }) {
      const [oldest] = tokens.keys()
      if (tokens.size >= mostTokens && oldest !== undefined) tokens.delete(oldest)
      tokens.set(connectionId, { token, until: Math.min(now.getTime() + longestMs, goodUntil.getTime()) })
    },
    forget: (connectionId) => void tokens.delete(connectionId),
    once(connectionId, obtain) {
      const shared = underWay.get(connectionId) ?? obtain().finally(() => underWay.delete(connectionId))
      underWay.set(connectionId, shared)
      return shared
    },
  }
}
