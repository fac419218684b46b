// Checks a chain whose key is gone. Its seal proves that it is as it was when it ended. Without a seal nothing can be proved, and
// because every chain is sealed when it ends, that is a finding.
import type { CallRow } from './links.ts'
import { linksOf } from './links.ts'
import { openSeal } from './seal.ts'
import type { ChainRow } from './state.ts'
import { type ChainResult, verifyChain } from './verify-chain.ts'

export type Ended = {
  result: ChainResult | 'ended' | 'unverifiable'
  end?: {
    at: Date | null
    /** 'sealed': everything was verified. 'key-lost': only that nothing was added. */
    because: 'sealed' | 'key-lost' | 'before-seals' | 'other-credential' | 'empty'
    calls: number
  }
}

type Read = { chain: ChainRow; rows: CallRow[] }

export function verifyEnded(seals: { key: Buffer; since: Date }, { chain, rows }: Read, purgedBefore: Date): Ended {
  const end = (because: NonNullable<Ended['end']>['because']) => ({ at: chain.ended_at, because, calls: rows.length })
  const broken = (because: 'unsealed' | 'seal-forged' | 'missing'): Ended => ({
    result: { whole: false, seq: chain.seq, because, at: rows.at(-1)?.at ?? null, lacking: 0 },
  })
  const opened = openSeal(seals.key, chain)
  switch (opened?.kind) {
    case undefined: {
      // It has no entries that could deceive its owner.
      if (rows.length === 0) return { result: 'ended', end: end('empty') }
      const isSince = chain.last_at >= seals.since || rows.some(({ at, until }) => (until ?? at) >= seals.since)
      return isSince ? broken('unsealed') : { result: 'unverifiable', end: end('before-seals') }
    }
    case 'forged':
      return broken('seal-forged')
    case 'other-credential':
      return { result: 'unverifiable', end: end('other-credential') }
    case 'as-found':
      return isUnbroken(chain, rows) ? { result: 'ended', end: end('key-lost') } : broken('missing')
    case 'key': {
      const result = verifyChain(opened.key, chain, rows, { owner: chain, purgedBefore })
      return result.whole ? { result: 'ended', end: end('sealed') } : { result }
    }
  }
}

/** No link was removed or added since the seal; the links' content cannot be verified. */
function isUnbroken({ kept_seq, seq }: ChainRow, rows: readonly CallRow[]): boolean {
  const links = linksOf(rows)
  return links.length === seq - kept_seq && links.every((link, at) => link.seq === kept_seq + 1 + at)
}
