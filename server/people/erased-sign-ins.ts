// An erased person's access tokens stay valid for a while, and a pane that keeps using one would store the person again. So these
// tokens are refused until they have expired, and a later sign-in starts from nothing. The note for this contains no name: it is a
// hash under a key that is not in any database (docs/decisions/0018-an-erased-sign-in-is-refused.md).
import { createHmac, createSecretKey } from 'node:crypto'
import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { type Credential, keyFromCredential } from '../credential-key.ts'
import type { Db } from '../database/schema.ts'
import { Problem } from '../problem.ts'

type Named = { tenantId: string; objectId: string }

/** From an access token: its owner, as a hash, and when it was issued. */
export type SignIn = { who: Buffer; issuedAt: Date }

export type HashOf = (person: Named) => Buffer

/** No access token of Entra is valid for longer than a day. */
const longestTokenHours = 25

export function signInHash(credential: Credential): HashOf {
  const key = createSecretKey(keyFromCredential(credential, 'erased sign-ins'))
  return ({ tenantId, objectId }) => createHmac('sha256', key).update(`${tenantId}/${objectId}`.toLowerCase()).digest()
}

export async function refuseSignIns(db: Db, who: Buffer): Promise<void> {
  const at = sql<Date>`clock_timestamp()`
  const until = sql<Date>`clock_timestamp() + make_interval(hours => ${longestTokenHours}::int)`
  await db
    .insertInto('erased_sign_ins')
    .values({ who, erased_at: at, until })
    .onConflict((conflict) => conflict.column('who').doUpdateSet({ erased_at: at, until }))
    .execute()
}

export const isErased = ({ who, issuedAt }: SignIn): RawBuilder<SqlBool> =>
  sql`exists (select from erased_sign_ins where who = ${who} and erased_at >= ${issuedAt} and until > now())`

export const erasedProblem = (cause?: unknown) =>
  new Problem('sign-in-erased', 'Your data was erased after this sign-in. Sign in again to start over.', {}, cause)

export async function purgeErasedSignIns(db: Db): Promise<void> {
  await db
    .deleteFrom('erased_sign_ins')
    .where('until', '<', sql<Date>`now()`)
    .execute()
}
