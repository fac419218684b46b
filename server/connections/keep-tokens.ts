// The tokens of a connection that comes up, in the place of those that it may have.
import type { StoredTokens, Vault } from './vault.ts'

export async function keepTokens<Kept extends StoredTokens>(
  vault: Vault,
  connectionKey: string,
  tokensFor: (present: StoredTokens | undefined) => Kept,
): Promise<Kept> {
  // Only a refresh of the old tokens can come in between, and that once.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const present = await vault.readTokens(connectionKey)
    const kept = tokensFor(present?.tokens)
    if ((await vault.writeTokens(connectionKey, kept, present?.version ?? 0)) === 'written') return kept
  }
  throw new Error('The tokens of a connection were written by others each time')
}
