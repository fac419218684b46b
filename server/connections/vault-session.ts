// Our standing with Vault: a login by AppRole when it is needed, kept alive while it lasts; and a child token for each
// connection where there is a role for them. A token that is refused is replaced once.
import type nodeVault from 'node-vault'
import { z } from 'zod'
import { log } from '../log.ts'
import { metrics } from '../metrics.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import type { VaultConfig } from './vault.ts'

type Client = Pick<nodeVault.client, 'read' | 'write' | 'delete'>
type Headers = Record<string, string>
type Held = { token: string; until: number; renewAt: number; isRenewable: boolean }

export type VaultSession = {
  /** Does it with a token that may read and write this connection's path. */
  as<Result>(connectionKey: string, work: (headers: Headers) => Promise<Result>): Promise<Result>
  forget(connectionKey: string): void
}

const issued = z.object({ auth: z.object({ client_token: z.string(), lease_duration: z.number(), renewable: z.boolean() }) })
const mostChildren = 5_000

export function openVaultSession(client: Client, { roleId, secretId, tokenRole }: Omit<VaultConfig, 'address'>): VaultSession {
  const children = new Map<string, Held>()
  let own: Held | undefined
  let logging: Promise<Held> | undefined

  const logIn = () => {
    logging ??= client
      .write('auth/approle/login', { role_id: roleId, secret_id: secretId }, { headers: {} })
      .then(heldFrom)
      .catch(alarm)
      .then((held) => (own = held))
      .finally(() => (logging = undefined))
    return logging
  }

  const renewed = async (held: Held): Promise<Held> => {
    try {
      const answer: unknown = await client.write('auth/token/renew-self', {}, { headers: headersOf(held) })
      own = heldFrom(answer)
      return own
    } catch (error) {
      if (error instanceof UpstreamError && error.code === 'denied') return logIn()
      throw error
    }
  }

  const ownToken = (): Promise<Held> => {
    const now = Date.now()
    if (own === undefined || own.until <= now) return logIn()
    return own.isRenewable && own.renewAt <= now ? renewed(own) : Promise.resolve(own)
  }

  const withOwn = async <Result>(work: (held: Held) => Promise<Result>): Promise<Result> => {
    const held = await ownToken()
    return work(held).catch((error: unknown) => {
      if (!(error instanceof UpstreamError && error.code === 'denied')) throw error
      if (own === held) own = undefined
      return ownToken().then(work).catch(alarm)
    })
  }

  const childFor = async (key: string): Promise<Held> => {
    const child = children.get(key)
    if (child !== undefined && child.until > Date.now()) return child
    if (children.size >= mostChildren) for (const [other, { until }] of children) if (until <= Date.now()) children.delete(other)
    if (children.size >= mostChildren) children.clear()
    const body = { entity_alias: key, ttl: '5m' }
    const made = heldFrom(await withOwn((held) => client.write(`auth/token/create/${tokenRole}`, body, { headers: headersOf(held) })))
    children.set(key, made)
    return made
  }

  return {
    async as(key, work) {
      if (tokenRole === null) return withOwn((held) => work(headersOf(held)))
      const child = await childFor(key)
      return work(headersOf(child)).catch(async (error: unknown) => {
        if (!(error instanceof UpstreamError && error.code === 'denied')) throw error
        if (children.get(key) === child) children.delete(key)
        return work(headersOf(await childFor(key))).catch(alarm)
      })
    },
    forget: (key) => void children.delete(key),
  }
}

const headersOf = ({ token }: Held): Headers => ({ 'X-Vault-Token': token })

/** Given back a little before its end, so that no call meets it. */
function heldFrom(answer: unknown): Held {
  const { auth } = issued.parse(answer)
  const now = Date.now()
  const lifeMs = auth.lease_duration * 1000
  return {
    token: auth.client_token,
    until: auth.lease_duration === 0 ? Infinity : now + lifeMs * 0.9,
    renewAt: now + (lifeMs * 2) / 3,
    isRenewable: auth.renewable && auth.lease_duration > 0,
  }
}

/** Vault answers and says no: its operator must help. */
function alarm(error: unknown): never {
  if (error instanceof UpstreamError && (error.code === 'denied' || error.code === 'refused')) {
    metrics.alarms.inc({ alarm: 'vault-refuses' })
    log.error({ err: error }, 'Vault refuses this server: check VAULT_ROLE_ID, VAULT_SECRET_ID and its policies')
  }
  throw error
}
