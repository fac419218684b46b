// Speaks to Vault or OpenBao with the administrator's token of the environment (VAULT_ADDR, VAULT_TOKEN).
const { VAULT_ADDR, VAULT_TOKEN } = process.env

/** One call. Answers the body's `data` (or the whole body), or null where the answer is 404. */
export async function vault(method, path, body) {
  if (!VAULT_ADDR || !VAULT_TOKEN) throw new Error('Set VAULT_ADDR and VAULT_TOKEN (an administrator’s token).')
  const answer = await fetch(`${VAULT_ADDR.replace(/\/$/, '')}/v1/${path}`, {
    method,
    headers: { 'X-Vault-Token': VAULT_TOKEN, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (answer.status === 404) return null
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.trim()}`)
  if (text === '') return {}
  const parsed = JSON.parse(text)
  return parsed.data ?? parsed
}
