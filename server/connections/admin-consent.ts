// The administrator's consent for a whole organisation (https://learn.microsoft.com/entra/identity-platform/v2-admin-consent). Its
// answer carries no code and no token, and proves nothing about a person: whether it worked, the next exchange tells.
import type { Config } from '../config.ts'
import { codesIn, judgeConsentError } from './entra-refusal.ts'
import { covers, permissionsFrom, redirectUriOf, scopesFrom } from './scopes.ts'

export type AdminConsentEnd = 'approved' | 'partly' | 'declined' | 'not-allowed' | 'wrong-tenant' | 'misconfigured' | 'away' | 'unclear'

type Asking = { tenantId: string; scopes: readonly string[]; state: string }

/** No line of the OpenID metadata names this endpoint; it stands beside the others of the tenant. */
export function adminConsentUrl(config: Pick<Config, 'graphUrl' | 'publicUrl' | 'entra'>, { tenantId, scopes, state }: Asking): string {
  const url = new URL(`${config.entra.authority}/${tenantId}/v2.0/adminconsent`)
  url.search = new URLSearchParams({
    client_id: config.entra.clientId,
    scope: `${scopesFrom(scopes, config.graphUrl)} offline_access`,
    redirect_uri: redirectUriOf(config.publicUrl),
    state,
  }).toString()
  return url.href
}

/** Without a list of scopes all that was asked for was granted. */
export function judgeAdminConsent(query: Record<string, unknown>, { tenantId, scopes }: Omit<Asking, 'state'>): AdminConsentEnd {
  const { error, tenant, admin_consent: consented, scope } = query
  if (typeof tenant === 'string' && tenant.toLowerCase() !== tenantId) return 'wrong-tenant'
  if (error !== undefined) return endOfError(query)
  if (typeof tenant !== 'string' || typeof consented !== 'string') return 'unclear'
  if (consented.toLowerCase() === 'false') return 'declined'
  if (consented.toLowerCase() !== 'true') return 'unclear'
  if (scope === undefined) return 'approved'
  return typeof scope === 'string' && covers(permissionsFrom(scope), scopes) ? 'approved' : 'partly'
}

function endOfError(query: Record<string, unknown>): AdminConsentEnd {
  const { error } = query
  const verdict = judgeConsentError(query)
  if (verdict === 'outage') return 'away'
  if (verdict === 'operator' || misconfigured.includes(String(error))) return 'misconfigured'
  // Whoever may not approve is told what a user is told.
  if (verdict === 'approval-required' || error === 'permission_denied' || error === 'unauthorized_access') return 'not-allowed'
  return error === 'access_denied' || codesIn(query['error_description']).includes(userDeclined) ? 'declined' : 'unclear'
}

const userDeclined = 65004
const misconfigured = ['invalid_request', 'invalid_client', 'unauthorized_client', 'invalid_scope', 'invalid_resource']
