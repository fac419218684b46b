// Whether a chain is whole: every link exists and includes the previous one, up to the last link that the chain's row names,
// and including the link anchored outside the database.
import type { Anchor } from './anchors.ts'
import { firstHead, isSameHead, keyIdOf } from './chain.ts'
import { type CallRow, headOfLink, type Link, linksOf } from './links.ts'
import { type ChainRow, clockToleranceMs, isTime, judgeState } from './state.ts'

export type ChainResult = { whole: true; calls: number; open: number } | Broken
type Broken = { whole: false; seq: number; because: Because; at: Date | null; /** Missing links, if known. */ lacking: number }
type Because =
  'other-key' | 'other-owner' | 'missing' | 'changed' | 'surplus' | 'cut-before' | 'cut-after' | 'behind-anchor' | 'beside-anchor' | Changed
/** By someone with access to the database but not to the key. */
type Changed = 'time-ahead' | 'chain-row' | 'unsealed' | 'seal-forged'

export type Expected = {
  owner: { tenant_id: string; person_id: string }
  /** The link that it must at least have reached. */
  anchor?: Anchor | undefined
  /** Only older rows may have been purged. */
  purgedBefore: Date
}

export function verifyChain(
  key: Buffer,
  chain: ChainRow,
  rows: readonly CallRow[],
  { owner, anchor, purgedBefore }: Expected,
): ChainResult {
  const broken = (seq: number, because: Because, row?: CallRow, lacking = 0): ChainResult => ({
    whole: false,
    seq,
    because,
    at: row?.at ?? null,
    lacking,
  })
  if (chain.key_id !== keyIdOf(key)) return broken(0, 'other-key')
  const noTime = rows.find((row) => [row.at, row.until ?? row.at, row.finished_at ?? row.at].some((time) => !isTime(time)))
  if (noTime !== undefined) return broken(noTime.seq, 'changed')
  if (!isTime(chain.last_at)) return broken(chain.seq, 'chain-row')
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
  if (isAhead(chain, rows)) return broken(seq, 'time-ahead', rows.at(-1))
  // Last, because it is the only finding in a restored database.
  if (divergedAt !== undefined) return broken(divergedAt, 'beside-anchor')
  if (anchor !== undefined && anchor.seq > seq) return broken(seq + 1, 'behind-anchor', rows.at(-1), anchor.seq - seq)
  if (!isStateAsRows(key, chain, links, rows)) return broken(seq, 'chain-row', rows.at(-1))
  return { whole: true, calls: rows.length, open: rows.filter(({ end_seq }) => end_seq === null).length }
}

function isAhead({ last_at }: ChainRow, rows: readonly CallRow[]): boolean {
  const latest = Math.max(last_at.getTime(), ...rows.slice(-mostAhead).map(({ at, until }) => (until ?? at).getTime()))
  return latest > Date.now() + clockToleranceMs
}

/** Looks only at the newest rows: time never goes back within a chain. */
const mostAhead = 100

/** A row older than authentication must agree with its calls. */
function isStateAsRows(key: Buffer, chain: ChainRow, links: readonly Link[], rows: readonly CallRow[]): boolean {
  const result = judgeState(key, chain)
  if (result !== 'unknown') return result === 'true'
  const last = rows.at(-1)
  if (last === undefined) return chain.seq > 0 || chain.last_at.getTime() === 0
  const isListing = last.what === 'listing' && last.purpose === 'catch-up'
  const before = links.findLast(({ seq }) => seq < last.seq)
  const headBefore = before === undefined ? chain.kept_head : headFrom(before)
  const fold = isListing ? headBefore : null
  return (
    chain.tail_seq === last.seq && chain.last_at.getTime() === (last.until ?? last.at).getTime() && (chain.fold_before ?? fold) === fold
  )
}

const headFrom = ({ kind, row }: Link) => (kind === 'begins' ? row.head : row.end_head)
