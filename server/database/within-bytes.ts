// Rows by their bytes: of some in an order the first ones that fit together, measured where they are. They are looked at one
// after the other, so that what comes after the last one that fits is not read from the disk, and nothing of it is sent.
import { type RawBuilder, sql } from 'kysely'

type Within = {
  /** Selects what orders and finds the rows, and no more of them than could be wanted. */
  candidates: RawBuilder<unknown>
  order: RawBuilder<unknown>
  /** Selects of the row that `candidate` finds its `bytes`, and whatever else of it is wanted. */
  content: RawBuilder<unknown>
  mostBytes: number
}

/** What stands before a `select … from fitting`: rows with their columns, their `place` and their content. The first one always fits. */
export function withinBytes({ candidates, order, content, mostBytes }: Within): RawBuilder<unknown> {
  // Without the offset what is measured would be made twice: where it is compared, and where it is added.
  const measured = sql`lateral (${content} offset 0) content`
  return sql`
    with recursive candidate as materialized (
      select listed.*, row_number() over (${order})::int as place from (${candidates}) listed
    ), fitting as (
      select candidate.*, content.*, content.bytes::bigint as total from candidate cross join ${measured} where place = 1
      union all
      select candidate.*, content.*, total + content.bytes
      from fitting join candidate on candidate.place = fitting.place + 1 cross join ${measured}
      where total + content.bytes <= ${mostBytes}
    )`
}
