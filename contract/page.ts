import { z } from 'zod'

/** A list of the API: some entries, and the cursor of the next ones. */
export const page = <Entry extends z.ZodType>(entry: Entry) => z.object({ items: z.array(entry), next: z.string().nullable() })

export type Page<Entry> = { items: Entry[]; next: string | null }

export const cursorQuery = z.object({ cursor: z.string().max(200).optional(), limit: z.coerce.number().int().min(1).max(200).optional() })

export const idParams = z.object({ id: z.string().min(1).max(100) })
