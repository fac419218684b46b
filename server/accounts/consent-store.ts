// Consent pages under way: one use, ten minutes. Of the page's secret and of the state that comes back only hashes
// are kept, so that who reads the database can open no page.
import { sql } from 'kysely'
import type { MondayPage } from '../../contract/connection.ts'
import type { Provider } from '../connections/connection-store.ts'
import type { Database, Db } from '../database/schema.ts'
import { jsonText } from '../database/text.ts'
import { hashOfSecret, isSecret, newSecret } from '../people/secret.ts'
import { asPerson, asSystem, type Actor } from '../people/unit-of-work.ts'
import type { AccountDeps, Wish } from './account-deps.ts'

export type ConsentRequest = { tenantId: string; personId: string; objectId: string; displayName: string; wish: Wish }

export const lifeMinutes = 10

/** Gives the address of a new page. */
export async function openConsentPage({ db, config }: AccountDeps, actor: Actor, wish: Wish): Promise<string> {
  const { secret } = await addConsentRequest(db, actor, { provider: 'microsoft', ...wish })
  return `${config.publicUrl}/connect/microsoft/${secret}`
}

/** The same for monday.com, whose scopes are the same for everybody. */
export async function openMondayPage({ db, config }: AccountDeps, actor: Actor): Promise<MondayPage> {
  const { secret, expiresAt } = await addConsentRequest(db, actor, { provider: 'monday', scopes: [], catchUp: 'none' })
  return { authorizationUrl: `${config.publicUrl}/connect/monday/${secret}`, expiresAt: expiresAt.toISOString() }
}

type Asked = Wish & { provider: Provider }

async function addConsentRequest(
  db: Database,
  { tenantId, personId }: Actor,
  { provider, scopes, catchUp }: Asked,
): Promise<{ secret: string; expiresAt: Date }> {
  const secret = newSecret()
  return asPerson(db, { tenantId, personId }, async (trx) => {
    await trx
      .deleteFrom('consent_requests')
      .where('expires_at', '<', sql<Date>`now()`)
      .execute()
    const row = await trx
      .insertInto('consent_requests')
      .values({
        secret_hash: hashOfSecret(secret),
        tenant_id: tenantId,
        person_id: personId,
        permissions: jsonText(scopes),
        catch_up: catchUp,
        provider,
        expires_at: sql<Date>`now() + make_interval(mins => ${lifeMinutes})`,
      })
      .returning('expires_at')
      .executeTakeFirstOrThrow()
    return { secret, expiresAt: row.expires_at }
  })
}

/** undefined: there is no such page, or it was used, or its time is over. */
export async function useConsentPage(
  db: Database,
  provider: Provider,
  secret: string,
  state: string,
): Promise<{ tenantId: string; scopes: string[] } | undefined> {
  if (!isSecret(secret)) return undefined
  const row = await asSystem(db, (trx) =>
    trx
      .updateTable('consent_requests')
      .set({ used_at: sql<Date>`now()`, state_hash: hashOfSecret(state) })
      .where('secret_hash', '=', hashOfSecret(secret))
      .where('provider', '=', provider)
      .where('used_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .returning(['tenant_id', 'permissions'])
      .executeTakeFirst(),
  )
  return row && { tenantId: row.tenant_id, scopes: row.permissions }
}

/** What an answer with this state is about; nobody can ask twice. */
export async function takeConsentRequest(db: Database, provider: Provider, state: string): Promise<ConsentRequest | undefined> {
  const row = await asSystem(db, (trx) =>
    trx
      .deleteFrom('consent_requests')
      .using('people')
      .whereRef('people.id', '=', 'consent_requests.person_id')
      .where('state_hash', '=', hashOfSecret(state))
      .where('provider', '=', provider)
      .where('expires_at', '>', sql<Date>`now()`)
      .returning(['consent_requests.tenant_id', 'person_id', 'permissions', 'catch_up', 'object_id', 'display_name'])
      .executeTakeFirst(),
  )
  return (
    row && {
      tenantId: row.tenant_id,
      personId: row.person_id,
      objectId: row.object_id,
      displayName: row.display_name,
      wish: { scopes: row.permissions, catchUp: row.catch_up },
    }
  )
}

export async function dropConsentRequests(db: Db, personId: string): Promise<void> {
  await db.deleteFrom('consent_requests').where('person_id', '=', personId).execute()
}
