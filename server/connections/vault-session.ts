// Our standing with Vault: a login by AppRole when it is needed, one for all who wait; and a child token for each
// connection where there is a role for them. A token that is refused is replaced once: it may have been revoked.
import { z } from 'zod'
import type { Config } from '../config.ts'
import { UpstreamError } from '../upstream/upstream-error.ts'
import { openAlarm } from './operator-alarm.ts'
import type { VaultClient } from './vault-client.ts'

type Headers = Record<string, string>

export type VaultSession = {
  /** Does it with a token that may read and write this connection's secret. */
  as<Result>(connectionKey: string, work: (headers: Headers) => Promise<Result>): Promise<Result>
  forget(connectionKey: string): void
  /** Throws when Vault does not let this server in. */
  logIn(): Promise<void>
}

const mostChildren = 5_000

export function openVaultSession(client: Pick<VaultClient, 'write'>, config: Omit<Config['vault'], 'address'>): VaultSession {
  const { roleId, secretId, tokenRole } = config
  const alarm = openAlarm('vault-refuses-server', 'Vault refuses this server: check VAULT_ROLE_ID, VAULT_SECRET_ID and its policies')
  const alarmed = async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work()
    } catch (error) {
      if (isRefusal(error)) alarm(error)
      throw error
    }
  }
  const own = keepToken(() => client.write('auth/approle/login', { role_id: roleId, secret_id: secretId }, {}))
  const children = new Map<string, KeptToken>()

  const childOf = (connectionKey: string, role: string): KeptToken => {
    const child =
      children.get(connectionKey) ??
      keepToken(() =>
        withToken(own, (headers) => client.write(`auth/token/create/${role}`, { entity_alias: connectionKey, ttl: '5m' }, headers)),
      )
    // Those that were asked for last are kept.
    children.delete(connectionKey)
    children.set(connectionKey, child)
    const [longestUnused] = children.keys()
    if (children.size > mostChildren && longestUnused !== undefined) children.delete(longestUnused)
    return child
  }

  return {
    as: (connectionKey, work) => alarmed(() => withToken(tokenRole === null ? own : childOf(connectionKey, tokenRole), work)),
    forget: (connectionKey) => void children.delete(connectionKey),
    logIn: () => alarmed(async () => void (await own.get())),
  }
}

async function withToken<Result>(kept: KeptToken, work: (headers: Headers) => Promise<Result>): Promise<Result> {
  const token = await kept.get()
  try {
    return await work({ 'X-Vault-Token': token })
  } catch (error) {
    if (!isDenied(error)) throw error
    kept.forget(token)
    return work({ 'X-Vault-Token': await kept.get() })
  }
}

type KeptToken = { get(): Promise<string>; forget(refused: string): void }

const issued = z.object({ auth: z.object({ client_token: z.string().min(1), lease_duration: z.number() }) })

/** Obtained anew a little before its end, so that no call meets it. The wall clock has no say in how long it lives. */
function keepToken(obtain: () => Promise<unknown>): KeptToken {
  let kept: { token: string; until: number } | undefined
  let pending: Promise<string> | undefined

  const renew = async () => {
    const { auth } = issued.parse(await obtain())
    kept = { token: auth.client_token, until: performance.now() + auth.lease_duration * 800 }
    return auth.client_token
  }

  return {
    async get() {
      if (kept !== undefined && performance.now() < kept.until) return kept.token
      pending ??= renew().finally(() => (pending = undefined))
      return pending
    },
    forget(refused) {
      if (kept?.token === refused) kept = undefined
    },
  }
}

const isDenied = (error: unknown) => error instanceof UpstreamError && error.code === 'denied'

/** Vault answers and says no. */
const isRefusal = (error: unknown): error is UpstreamError =>
  error instanceof UpstreamError && (error.code === 'denied' || error.code === 'refused')
