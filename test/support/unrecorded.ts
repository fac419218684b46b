// For tests of Graph's client that are not about the access log.
import type { GraphOptions } from '../../server/graph/graph-client.ts'

export const unrecorded: Pick<GraphOptions, 'purpose' | 'record'> = {
  purpose: { kind: 'catch-up', recipeIds: [] },
  record: async () => () => undefined,
}
