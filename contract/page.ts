import { z } from 'zod'
import { pageLimits } from './limits.ts'

/** A page of a list: some entries, and the cursor for the next ones. */
export const page = <Entry extends z.ZodType>(entry: Entry) => z.object({ items: z.array(entry), next: z.string().nullable() })

export type Page<Entry> = { items: Entry[]; next: string | null }

export const pageQuery = {
  cursor: z.string().max(pageLimits.cursor).optional(),
  limit: z.coerce.number().int().min(1).max(pageLimits.most).optional(),
}

export const cursorQuery = z.object(pageQuery)

export const idParams = z.object({ id: z.string().min(1).max(100) })
