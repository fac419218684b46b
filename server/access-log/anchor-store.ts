// Whether a link of a chain follows from an earlier one, calculated from the rows between them.
import { sql, type Transaction } from 'kysely'
import type { Schema } from '../database/schema.ts'
import type { Anchor } from './anchors.ts'
import { isSameHead } from './chain.ts'
import { headOfLink, type Link, linksOf } from './links.ts'

type Asked = { key: Buffer; chainId: string; from: Anchor; to: Anchor; /** Only older rows may have been purged. */ purgedBefore: Date }

/** Links that are read at once. */
const step = 500
/** A call rarely ends more than this many links after its beginning. */
const longestCall = 200

export async function continues(trx: Transaction<Schema>, { key, chainId, from, to, purgedBefore }: Asked): Promise<boolean> {
  const start = await startOf(trx, chainId, from, purgedBefore)
  if (start === undefined) return false
  let { seq, head } = start
  while (seq < to.seq) {
    const end = Math.min(seq + step, to.seq)
    const links = (await linksIn(trx, chainId, { after: seq, upTo: end })) ?? []
    for (const link of links) {
      const next = headOfLink(key, head, link)
      if (next === undefined) return false
      head = next
    }
    if (links.length === 0) return false
    seq = end
  }
  return seq === to.seq && isSameHead(head, to.head)
}

/** The rows between may have been purged since: then the chain begins with an old row. */
async function startOf(trx: Transaction<Schema>, chainId: string, from: Anchor, purgedBefore: Date): Promise<Anchor | undefined> {
  const chain = await trx.selectFrom('access_chains').select(['kept_seq', 'kept_head']).where('id', '=', chainId).executeTakeFirst()
  if (chain === undefined || chain.kept_seq <= from.seq) return chain && from
  const first = await trx
    .selectFrom('access_log')
    .select('at')
    .where('chain_id', '=', chainId)
    .where('seq', '=', chain.kept_seq + 1)
    .executeTakeFirst()
  return first !== undefined && first.at < purgedBefore ? { seq: chain.kept_seq, head: chain.kept_head } : undefined
}

/** undefined: some are missing. */
async function linksIn(trx: Transaction<Schema>, chainId: string, span: { after: number; upTo: number }): Promise<Link[] | undefined> {
  const { after, upTo } = span
  for (const lowest of [after - longestCall, 0]) {
    const rows = await trx
      .selectFrom('access_log')
      .selectAll()
      .where('chain_id', '=', chainId)
      .where('seq', '>', lowest)
      .where('seq', '<=', upTo)
      .where(sql<boolean>`(seq > ${after} or end_seq > ${after})`)
      .execute()
    const links = linksOf(rows).filter(({ seq }) => seq > after && seq <= upTo)
    if (links.length === upTo - after && links.every(({ seq }, at) => seq === after + 1 + at)) return links
  }
  return undefined
}
