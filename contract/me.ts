import { z } from 'zod'
import { connection } from './connection.ts'
import { policyList } from './limits.ts'

export const me = z
  .object({
    id: z.string(),
    displayName: z.string(),
    tenantId: z.string(),
    /** Their time zone, an IANA name. null: it is unknown, and dates are in UTC. */
    timeZone: z.string().nullable(),
    can: z.object({ createRecipes: z.boolean(), administer: z.boolean() }),
    connections: z.array(connection),
  })
  .meta({ id: 'Me' })

/** An IANA name, or one of Windows and Outlook: `Europe/Paris`, `Romance Standard Time`. */
const timeZone = z.strictObject({ timeZone: z.string().min(1).max(100) })

export const writeTimeZone = {
  method: 'put',
  path: '/api/me/time-zone',
  summary: 'Set the caller’s time zone, for dates in templates and date columns',
  body: timeZone,
  status: 200,
  answer: timeZone,
} as const

/** Who in the tenant may create recipes. A list contains the directory's object IDs. */
export const policy = z
  .strictObject({ createRecipes: z.union([z.enum(['everyone', 'admins']), z.array(z.guid()).max(policyList)]) })
  .meta({ id: 'Policy' })

/**
 * All rows of each table, as they are stored; a stored file has its `content` in base64. It is sent while it is read: an export that
 * ends early is not complete. `truncated` is always empty; it used to name, for each table, the routes to what an export left out.
 */
export const exported = z
  .object({
    exportedAt: z.iso.datetime(),
    tables: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))),
    truncated: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Exported' })

export type Policy = z.infer<typeof policy>
