import { z } from 'zod'
import { connection } from './connection.ts'
import { policyList } from './limits.ts'

export const me = z
  .object({
    id: z.string(),
    displayName: z.string(),
    tenantId: z.string(),
    can: z.object({ createRecipes: z.boolean(), administer: z.boolean() }),
    connections: z.array(connection),
  })
  .meta({ id: 'Me' })

/** Who in the tenant may create recipes. A list names people by the directory's object id. */
export const policy = z
  .strictObject({ createRecipes: z.union([z.enum(['everyone', 'admins']), z.array(z.guid()).max(policyList)]) })
  .meta({ id: 'Policy' })

/**
 * Each table's rows, as they are kept. A file has its `content` in base64 or, where all of them are more than 16 MiB,
 * `contentAt`: the route that gives an address for it. Of `runs`, with their `actions`, and of `access_log` these are the newest
 * 10,000; where there are more, `truncated` says which route gives them page by page.
 */
export const exported = z
  .object({
    exportedAt: z.iso.datetime(),
    tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    truncated: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Exported' })

export type Exported = z.infer<typeof exported>

export type Policy = z.infer<typeof policy>
