// Receipts of what was removed. They name nobody, and are read by their unguessable id.
import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { z } from 'zod'
import type { Receipt } from '../../contract/connection.ts'
import type { Db } from '../database/schema.ts'
import { isUuid, jsonText } from '../database/text.ts'
import { Problem } from '../problem.ts'

type Part = Receipt['parts'][number]

const partNames = ['subscription', 'tokens', 'queued-work', 'rows'] as const satisfies Part['part'][]
const stored = z.object({
  kind: z.enum(['disconnect', 'erase']),
  parts: z.array(z.object({ part: z.enum(partNames), state: z.enum(['removed', 'to-go', 'nothing-there']), count: z.number() })),
})

export async function addReceipt(db: Db, kind: Receipt['kind']): Promise<string> {
  const parts: Part[] = partNames.map((part) => ({ part, state: 'to-go', count: 0 }))
  // Chosen here: whoever makes a receipt need not be let read any.
  const id = randomUUID()
  await db
    .insertInto('receipts')
    .values({ id, kind, parts: jsonText(parts) })
    .execute()
  return id
}

export async function readReceipt(db: Db, id: string): Promise<Receipt> {
  const receipt = isUuid(id) ? await findReceipt(db, id) : undefined
  if (receipt === undefined) throw new Problem('not-found', 'Receipt not found.')
  return receipt
}

export async function findReceipt(db: Db, id: string): Promise<Receipt | undefined> {
  const row = await db.selectFrom('receipts').selectAll().where('id', '=', id).executeTakeFirst()
  return (
    row && {
      id: row.id,
      ...stored.parse(row),
      requestedAt: row.requested_at.toISOString(),
      finishedAt: row.finished_at?.toISOString() ?? null,
    }
  )
}

export async function markPart(db: Db, id: string, done: Part): Promise<void> {
  await sql`
    update receipts set parts = (
      select jsonb_agg(case when part->>'part' = ${done.part} then ${jsonText(done)}::jsonb else part end order by ordinal)
      from jsonb_array_elements(parts) with ordinality as each (part, ordinal))
    where id = ${id}`.execute(db)
}

export async function finishReceipt(db: Db, id: string): Promise<void> {
  await db
    .updateTable('receipts')
    .set({ finished_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute()
}
