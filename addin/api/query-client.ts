import { QueryCache, QueryClient } from '@tanstack/react-query'
import { problemCode, ProblemError } from './problem.ts'

/** What the server refuses stays refused; only its silence is worth asking again. */
const passing: readonly string[] = ['no-answer', 'service-unavailable', 'internal-error']

export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => problemCode(error) === 'sign-in-required' && onSignedOut() }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && passing.includes(problemCode(error)),
        retryDelay: pauseMs,
      },
    },
  })
}

const longestPauseMs = 30_000

/** As long as the server asks for, and no shorter than usual. */
export function pauseMs(failures: number, error: Error): number {
  const asked = error instanceof ProblemError ? (error.retryAfterSeconds ?? 0) * 1000 : 0
  return Math.min(Math.max(1000 * 2 ** failures, asked), longestPauseMs)
}
