// What can be told of a chain whose key is gone: with its seal that it is as it ended, or as it was found; without one nothing, and
// since every chain is sealed when it ends, that is a finding.
import type { CallRow } from './links.ts'
import { linksOf } from './links.ts'
import { openSeal } from './seal.ts'
import type { ChainRow } from './state.ts'
import { type Verdict, verifyChain } from './verify-chain.ts'

export type Ended = {
  verdict: Verdict | 'ended' | 'unverifiable'
  end?: {
    at: Date | null
    /** 'sealed': all of it was verified. 'key-lost': no more than that nothing was added. */
    because: 'sealed' | 'key-lost' | 'before-seals' | 'other-credential' | 'empty'
    calls: number
  }
}

type Read = { chain: ChainRow; rows: CallRow[] }

export function verifyEnded(seals: { key: Buffer; since: Date }, { chain, rows }: Read, purgedBefore: Date): Ended {
  const end = (because: NonNullable<Ended['end']>['because']) => ({ at: chain.ended_at, because, calls: rows.length })
  const broken = (because: 'unsealed' | 'seal-forged' | 'missing'): Ended => ({
    verdict: { whole: false, seq: chain.seq, because, at: rows.at(-1)?.at ?? null, lacking: 0 },
  })
  const opened = openSeal(seals.key, chain)
  switch (opened?.kind) {
    case undefined: {
      // It shows nothing to anybody.
      if (rows.length === 0) return { verdict: 'ended', end: end('empty') }
      const isSince = chain.last_at >= seals.since || rows.some(({ at, until }) => (until ?? at) >= seals.since)
      return isSince ? broken('unsealed') : { verdict: 'unverifiable', end: end('before-seals') }
    }
    case 'forged':
      return broken('seal-forged')
    case 'other-credential':
      return { verdict: 'unverifiable', end: end('other-credential') }
    case 'as-found':
      return isUnbroken(chain, rows) ? { verdict: 'ended', end: end('key-lost') } : broken('missing')
    case 'key': {
      const verdict = verifyChain(opened.key, chain, rows, { owner: chain, purgedBefore })
      return verdict.whole ? { verdict: 'ended', end: end('sealed') } : { verdict }
    }
  }
}

/** No link is missing or more than was sealed; what the links say cannot be told. */
function isUnbroken({ kept_seq, seq }: ChainRow, rows: readonly CallRow[]): boolean {
  const links = linksOf(rows)
  return links.length === seq - kept_seq && links.every((link, at) => link.seq === kept_seq + 1 + at)
}
