import type { EntraState } from './entra/state.ts'
import type { MondayState } from './monday/state.ts'
import type { VaultState } from './vault/state.ts'

type Given = { url: string; publicUrl: string; entra: EntraState; vault: VaultState; monday: MondayState }

/** Registers the server's redirect addresses too, as its operator does in the app registration. */
export function environmentFor({ url, publicUrl, entra, vault, monday }: Given): Record<string, string> {
  entra.redirectUris.add(`${publicUrl}/oauth/microsoft/callback`)
  monday.app.redirectUris.add(`${publicUrl}/oauth/monday/callback`)
  entra.spaRedirectUris.add(`${publicUrl}/auth.html`)
  return {
    PUBLIC_URL: publicUrl,
    ENTRA_AUTHORITY: entra.authority,
    ENTRA_TENANT_ID: 'organizations',
    ALLOWED_TENANTS: [...entra.directory.tenants.keys()].join(','),
    ENTRA_CLIENT_ID: entra.clientId,
    ENTRA_CLIENT_SECRET: entra.clientSecret,
    GRAPH_URL: `${url}/v1.0`,
    VAULT_ADDR: `${url}/vault`,
    VAULT_ROLE_ID: vault.roleId,
    VAULT_SECRET_ID: vault.secretId,
    VAULT_KV_MOUNT: vault.mount,
    VAULT_TOKEN_ROLE: vault.tokenRole,
    MONDAY_API_URL: `${monday.base}/v2`,
    MONDAY_OAUTH_URL: `${monday.base}/oauth_ms`,
    MONDAY_CLIENT_ID: monday.app.clientId,
    MONDAY_CLIENT_SECRET: monday.app.clientSecret,
    MONDAY_SIGNING_SECRET: monday.app.signingSecret,
    OFFICE_JS_URL: `${url}/office.js`,
    FRAME_ANCESTORS: url,
  }
}
