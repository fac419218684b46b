import { QueryCache, QueryClient } from '@tanstack/react-query'
import { problemCode } from './problem.ts'

/** What the server refuses stays refused; only its silence is worth asking again. */
const passing: readonly string[] = ['no-answer', 'service-unavailable', 'internal-error']

export function createQueryClient(onSignedOut: () => void): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({ onError: (error) => problemCode(error) === 'sign-in-required' && onSignedOut() }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        retry: (failures, error) => failures < 2 && passing.includes(problemCode(error)),
        retryDelay: (failures) => 1000 * 2 ** failures,
      },
    },
  })
}
