// Whether a chain is whole: every link there, each holding the one before, up to the last that the chain's own row names,
// and through the one that is anchored outside the database.
import type { Selectable } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { Anchor } from './anchors.ts'
import { firstHead, isSameHead, keyIdOf } from './chain.ts'
import { type CallRow, headOfLink, linksOf } from './links.ts'

export type ChainRow = Selectable<Schema['access_chains']>

export type Verdict = { whole: true; calls: number; open: number } | Broken
type Broken = { whole: false; seq: number; because: Because; at: Date | null; /** Links, where that is known. */ lacking: number }
type Because =
  'other-key' | 'other-owner' | 'missing' | 'changed' | 'surplus' | 'cut-before' | 'cut-after' | 'behind-anchor' | 'beside-anchor'

export type Expected = {
  owner: { tenant_id: string; person_id: string }
  /** What it has come to at least. */
  anchor?: Anchor | undefined
  /** Only what is older may have been purged. */
  purgedBefore: Date
}

export function verifyChain(key: Buffer, chain: ChainRow, rows: readonly CallRow[], { owner, anchor, purgedBefore }: Expected): Verdict {
  const broken = (seq: number, because: Because, row?: CallRow, lacking = 0): Verdict => ({
    whole: false,
    seq,
    because,
    at: row?.at ?? null,
    lacking,
  })
  if (chain.key_id !== keyIdOf(key)) return broken(0, 'other-key')
  const isOwners = (row: { tenant_id: string; person_id: string }) => row.tenant_id === owner.tenant_id && row.person_id === owner.person_id
  if (!isOwners(chain)) return broken(0, 'other-owner')
  const links = linksOf(rows)
  const [first] = links
  let head = chain.kept_seq === 0 ? firstHead(key, chain.id) : chain.kept_head
  let seq = chain.kept_seq
  const isBesideAnchor = () => anchor !== undefined && anchor.seq === seq && !isSameHead(anchor.head, head)
  let divergedAt = isBesideAnchor() ? seq : undefined
  for (const link of links) {
    if (link.seq <= seq) return broken(link.seq, 'surplus', link.row)
    if (link.seq > seq + 1) return broken(seq + 1, 'missing', link.row)
    if (!isOwners(link.row)) return broken(link.seq, 'other-owner', link.row)
    const expected = headOfLink(key, head, link)
    if (expected === undefined) return broken(link.seq, 'changed', link.row)
    head = expected
    seq = link.seq
    if (isBesideAnchor()) divergedAt = seq
  }
  if (seq !== chain.seq || !isSameHead(head, chain.head)) return broken(seq + 1, 'cut-after')
  if (chain.kept_seq > 0 && (first === undefined || first.row.at >= purgedBefore))
    return broken(chain.kept_seq + 1, 'cut-before', first?.row)
  // Last, since it is all that is wrong with a database that was restored.
  if (divergedAt !== undefined) return broken(divergedAt, 'beside-anchor')
  if (anchor !== undefined && anchor.seq > seq) return broken(seq + 1, 'behind-anchor', rows.at(-1), anchor.seq - seq)
  return { whole: true, calls: rows.length, open: rows.filter(({ end_seq }) => end_seq === null).length }
}
