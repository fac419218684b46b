import { z } from 'zod'
import { connection } from './connection.ts'
import { policyList } from './limits.ts'

export const me = z
  .object({
    id: z.string(),
    displayName: z.string(),
    tenantId: z.string(),
    /** Where they read their mail, an IANA name. null: nobody has said so, and dates are those of UTC. */
    timeZone: z.string().nullable(),
    can: z.object({ createRecipes: z.boolean(), administer: z.boolean() }),
    connections: z.array(connection),
  })
  .meta({ id: 'Me' })

/** As IANA names it, or as Windows and Outlook do: `Europe/Paris`, `Romance Standard Time`. */
const timeZone = z.strictObject({ timeZone: z.string().min(1).max(100) })

export const writeTimeZone = {
  method: 'put',
  path: '/api/me/time-zone',
  summary: 'Where the caller reads their mail: the zone of dates in templates and date columns',
  body: timeZone,
  status: 200,
  answer: timeZone,
} as const

/** Who in the tenant may create recipes. A list names people by the directory's object id. */
export const policy = z
  .strictObject({ createRecipes: z.union([z.enum(['everyone', 'admins']), z.array(z.guid()).max(policyList)]) })
  .meta({ id: 'Policy' })

/**
 * Each table's rows, as they are kept, all of them; a file that is stored has its `content` in base64. It is as long as what it
 * holds, and is sent while it is read: one that does not end is not whole. `truncated` is empty; it named, table by table, the
 * routes of what an export did not hold.
 */
export const exported = z
  .object({
    exportedAt: z.iso.datetime(),
    tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    truncated: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Exported' })

export type Policy = z.infer<typeof policy>
