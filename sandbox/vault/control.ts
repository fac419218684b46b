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
    /** As one that was set up anew. */
    empty() {
      state.secrets.clear()
    },
    /** Paths below the mount that hold a secret. */
    paths: () => [...state.secrets.keys()],
    /** Those of them that hold tokens. */
    tokenPaths: () => [...state.secrets.keys()].filter((path) => path.startsWith('connections/')),
    /** How often this path was written; 0 when nothing of it is left. */
    versions: (path: string) => state.secrets.get(path)?.version ?? 0,
    read: (path: string) => state.secrets.get(path)?.data,
    /** Every token is refused from now on, so that a client has to log in again. */
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
    /** As another version's set-up has it. */
    allowAliases(...patterns: string[]) {
      state.allowedEntityAliases = patterns
    },
    roleIdAlone: state.roleIdAlone,
    ledger: state.ledger,
  }
}
