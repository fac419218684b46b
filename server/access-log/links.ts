// The links of a chain, read from its rows.
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { formerHeadOfBeginning, headOfBeginning, headOfEnding, isSameHead } from './chain.ts'

export type CallRow = Selectable<Schema['access_log']>
export type Link = { kind: 'begins' | 'ends'; seq: number; row: CallRow }

/** In their order. */
export function linksOf(rows: readonly CallRow[]): Link[] {
  const links = rows.flatMap((row): Link[] => [
    { kind: 'begins', seq: row.seq, row },
    ...(row.end_seq === null ? [] : [{ kind: 'ends' as const, seq: row.end_seq, row }]),
  ])
  return links.toSorted((one, other) => one.seq - other.seq)
}

/** Its head, recalculated from the previous one; undefined if the row has another one. */
export function headOfLink(key: Buffer, before: string, { kind, seq, row }: Link): string | undefined {
  if (kind === 'ends') {
    const { status, finished_at: finishedAt, end_head: present } = row
    if (status === null || finishedAt === null || present === null) return undefined
    const head = headOfEnding(key, before, { seq, beganAs: row.seq, status, finishedAt })
    return isSameHead(head, present) ? head : undefined
  }
  const hasNoEnd = row.end_head === null && row.status === null && row.finished_at === null
  if (row.end_seq === null && !hasNoEnd) return undefined
  const { id, tenant_id: tenantId, person_id: personId, at, what, fields, message_id: messageId, count, until } = row
  const purpose = { kind: row.purpose, recipeIds: row.recipe_ids }
  const call = { id, tenantId, personId, seq, at, what, fields, messageId, count, until, purpose }
  const head = headOfBeginning(key, before, call)
  if (isSameHead(head, row.head)) return head
  const former = formerHeadOfBeginning(key, before, call)
  return isSameHead(former, row.head) ? former : undefined
}
