import { revokeToken, type VaultState } from './state.ts'

export type VaultControl = ReturnType<typeof vaultControl>

export function vaultControl(state: VaultState) {
  return {
    seal() {
      state.sealed = true
    },
    unseal() {
      state.sealed = false
    },
    isSealed: () => state.sealed,
    /** Like a new Vault after set-up. */
    empty() {
      state.secrets.clear()
    },
    /** Paths below the mount with a secret. */
    paths: () => [...state.secrets.keys()],
    /** The paths with tokens. */
    tokenPaths: () => [...state.secrets.keys()].filter((path) => path.startsWith('connections/')),
    /** How often this path was written; 0 if nothing of it is left. */
    versions: (path: string) => state.secrets.get(path)?.version ?? 0,
    read: (path: string) => state.secrets.get(path)?.data,
    /** Refuses every token from now on, so that a client must log in again. */
    revokeTokens() {
      for (const token of state.tokens.keys()) revokeToken(state, token)
    },
    setTokenLifetime(seconds: number, childSeconds = seconds) {
      state.tokenSeconds = seconds
      state.childTokenSeconds = childSeconds
    },
    failLogin(on: boolean) {
      state.secretId = on ? `${state.secretId}x` : state.secretId.replace(/x+$/, '')
    },
    /** As another version's set-up leaves it. */
    allowAliases(...patterns: string[]) {
      state.allowedEntityAliases = patterns
    },
    roleIdAlone: state.roleIdAlone,
    ledger: state.ledger,
  }
}
