// The tenants that are served: the one in ENTRA_TENANT_ID, or those in ALLOWED_TENANTS. A tenant that is removed from the list is
// offboarded: docs/decisions/0025-an-offboarded-tenant-is-let-out.md says what follows.
import type { Config } from '../config.ts'
import { Problem } from '../problem.ts'

export type Tenants = {
  /** null: every tenant that the authority accepts. */
  listed: readonly string[] | null
  allows(tenantId: string): boolean
}

export function tenantsOf({ tenantId: only, allowedTenants }: Pick<Config['entra'], 'tenantId' | 'allowedTenants'>): Tenants {
  const listed = only === 'organizations' ? allowedTenants : [only].filter((one) => allowedTenants?.includes(one) ?? true)
  return { listed, allows: (tenantId) => listed?.includes(tenantId) ?? true }
}

export const offboardedProblem = () =>
  new Problem(
    'tenant-not-allowed',
    'Mailboard no longer serves your organization here. You can still disconnect your mailbox, and export or erase your data.',
  )
