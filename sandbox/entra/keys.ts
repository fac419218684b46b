import { randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose'

export type SigningKey = { kid: string; privateKey: CryptoKey; publicKey: CryptoKey; jwk: JWK }

export type KeyRing = {
  /** Published keys; the first one signs. */
  keys: SigningKey[]
  /** Adds a key that signs from now on; the earlier ones stay published. */
  rotate(): Promise<SigningKey>
}

export async function openKeyRing(): Promise<KeyRing> {
  const keys = await Promise.all([makeSigningKey(), makeSigningKey()])
  return {
    keys,
    async rotate() {
      const key = await makeSigningKey()
      keys.unshift(key)
      return key
    },
  }
}

export async function makeSigningKey(kid = randomBytes(20).toString('base64url')): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = await exportJWK(publicKey)
  return { kid, privateKey, publicKey, jwk: { ...jwk, kid, x5t: kid, use: 'sig' } }
}
