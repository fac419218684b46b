// Whether a chain is whole: every link there, each holding the one before, up to the last that the chain's own row names.
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'
import { firstHead, headOfBeginning, headOfEnding, isSameHead, keyIdOf } from './chain.ts'

export type ChainRow = Selectable<Schema['access_chains']>
export type CallRow = Selectable<Schema['access_log']>

export type Verdict = { whole: true; calls: number; open: number } | { whole: false; seq: number; because: Because; at: Date | null }
type Because = 'other-key' | 'missing' | 'changed' | 'surplus' | 'cut-before' | 'cut-after'

type Link = { kind: 'begins' | 'ends'; seq: number; row: CallRow }

/** `purgedBefore`: only what is older may have been purged. */
export function verifyChain(key: Buffer, chain: ChainRow, rows: readonly CallRow[], purgedBefore: Date): Verdict {
  const broken = (seq: number, because: Because, row?: CallRow): Verdict => ({ whole: false, seq, because, at: row?.at ?? null })
  if (chain.key_id !== keyIdOf(key)) return broken(0, 'other-key')
  const links = linksOf(rows)
  const [first] = links
  let head = chain.kept_seq === 0 ? firstHead(key, chain.id) : chain.kept_head
  let seq = chain.kept_seq
  for (const link of links) {
    if (link.seq <= seq) return broken(link.seq, 'surplus', link.row)
    if (link.seq > seq + 1) return broken(seq + 1, 'missing', link.row)
    const expected = headOf(key, head, link)
    const present = link.kind === 'begins' ? link.row.head : (link.row.end_head ?? '')
    if (!isSameHead(expected, present)) return broken(link.seq, 'changed', link.row)
    head = expected
    seq = link.seq
  }
  if (seq !== chain.seq || !isSameHead(head, chain.head)) return broken(seq + 1, 'cut-after')
  if (chain.kept_seq > 0 && (first === undefined || first.row.at >= purgedBefore))
    return broken(chain.kept_seq + 1, 'cut-before', first?.row)
  return { whole: true, calls: rows.length, open: rows.filter(({ end_seq }) => end_seq === null).length }
}

function linksOf(rows: readonly CallRow[]): Link[] {
  const links = rows.flatMap((row): Link[] => [
    { kind: 'begins', seq: row.seq, row },
    ...(row.end_seq === null ? [] : [{ kind: 'ends' as const, seq: row.end_seq, row }]),
  ])
  return links.toSorted((one, other) => one.seq - other.seq)
}

function headOf(key: Buffer, before: string, { kind, seq, row }: Link): string {
  if (kind === 'begins') {
    const { at, what, fields, purpose, recipe_ids: recipeIds, message_id: messageId, count, until } = row
    return headOfBeginning(key, before, { seq, at, what, fields, messageId, count, until, purpose: { kind: purpose, recipeIds } })
  }
  return headOfEnding(key, before, { seq, beganAs: row.seq, status: row.status ?? -1, finishedAt: row.finished_at ?? new Date(0) })
}
