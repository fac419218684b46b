// Speaks to Vault or OpenBao with the administrator's token of the environment (VAULT_ADDR, VAULT_TOKEN). Not by fetch: that
// follows redirects with the token in its header, and goes through a proxy where Node is told to use one.
import { once } from 'node:events'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { text } from 'node:stream/consumers'

const { VAULT_ADDR, VAULT_TOKEN } = process.env

/** One call. Answers the body's `data` (or the whole body), or null where the answer is 404. */
export async function vault(method, path, body) {
  if (!VAULT_ADDR || !VAULT_TOKEN) throw new Error('Set VAULT_ADDR and VAULT_TOKEN (an administrator’s token).')
  const { status, words } = await ask(new URL(`${VAULT_ADDR.replace(/\/$/, '')}/v1/${path}`), method, body)
  if (status === 404) return null
  if (status < 200 || status >= 300) throw new Error(`${method} ${path}: ${status} ${words.trim()}`)
  if (words === '') return {}
  const parsed = JSON.parse(words)
  return parsed.data ?? parsed
}

async function ask(url, method, body) {
  const isPlain = url.protocol === 'http:'
  const sent = body === undefined ? undefined : JSON.stringify(body)
  const length = sent === undefined ? {} : { 'Content-Length': Buffer.byteLength(sent) }
  const headers = { 'X-Vault-Token': VAULT_TOKEN, 'Content-Type': 'application/json', ...length }
  // An agent of its own uses no proxy; those that Node keeps may.
  const agent = isPlain ? new HttpAgent() : new HttpsAgent()
  const asked = (isPlain ? httpRequest : httpsRequest)(url, { method, headers, agent, timeout: 30_000 })
  asked.once('timeout', () => asked.destroy(new Error('Vault does not answer.')))
  asked.end(sent)
  const [answer] = await once(asked, 'response')
  return { status: answer.statusCode, words: await text(answer) }
}
