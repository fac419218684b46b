#!/usr/bin/env node
// Prepares HashiCorp Vault or OpenBao for the server. Run it as often as you like: it only writes what should be there.
//   VAULT_ADDR=… VAULT_TOKEN=… node deploy/vault/set-up.mjs [--mount mailboard] [--without-token-role] [--secret-id]
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { hasPrefix, isConnectionKey, prefix } from './connection-keys.mjs'
import { vault } from './vault-api.mjs'

const { values: options } = parseArgs({
  options: {
    mount: { type: 'string', default: 'mailboard' },
    'without-token-role': { type: 'boolean', default: false },
    'secret-id': { type: 'boolean', default: false },
  },
})
const mount = options.mount
const withTokenRole = !options['without-token-role']

await mountSecrets()
await writePolicies()
await prepareRoles()
await printEnvironment()

async function mountSecrets() {
  const mounts = await vault('GET', 'sys/mounts')
  if (!(`${mount}/` in mounts)) await vault('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version: '2' } })
  // A fresh mount is upgraded to version 2 for a moment; writing its settings is refused until then.
  await untilWritten(() => vault('POST', `${mount}/config`, { max_versions: 1, cas_required: true }))
}

async function writePolicies() {
  const { 'token/': tokenAuth } = await vault('GET', 'sys/auth')
  await vault('PUT', 'sys/policies/acl/mailboard-connection', { policy: policyText('connection-policy.hcl', tokenAuth.accessor) })
  const server = withTokenRole ? 'server-policy.hcl' : 'server-alone-policy.hcl'
  await vault('PUT', 'sys/policies/acl/mailboard-server', { policy: policyText(server) })
}

async function prepareRoles() {
  const methods = await vault('GET', 'sys/auth')
  if (!('approle/' in methods)) await vault('POST', 'sys/auth/approle', { type: 'approle' })
  await vault('POST', 'auth/approle/role/mailboard', {
    token_policies: ['mailboard-server'],
    token_ttl: '1h',
    token_max_ttl: '24h',
    token_type: 'service',
  })
  if (!withTokenRole) return
  await vault('POST', 'auth/token/roles/mailboard-connection', {
    allowed_policies: ['mailboard-connection'],
    allowed_entity_aliases: [`${prefix}*`, ...(await oldKeys())],
    orphan: false,
    renewable: false,
    token_explicit_max_ttl: '5m',
    token_no_default_policy: true,
    token_type: 'service',
  })
}

/** Connections from before keys had a prefix keep theirs, each named alone; it leaves the list with its connection. */
async function oldKeys() {
  const keys = (await vault('LIST', `${mount}/metadata/connections`))?.keys ?? []
  return keys.filter((key) => isConnectionKey(key) && !hasPrefix(key))
}

async function printEnvironment() {
  const { role_id: roleId } = await vault('GET', 'auth/approle/role/mailboard/role-id')
  const lines = [`VAULT_ROLE_ID=${roleId}`, `VAULT_KV_MOUNT=${mount}`]
  if (withTokenRole) lines.push('VAULT_TOKEN_ROLE=mailboard-connection')
  if (options['secret-id']) {
    const { secret_id: secretId } = await vault('POST', 'auth/approle/role/mailboard/secret-id', {})
    lines.push(`VAULT_SECRET_ID=${secretId}`)
  }
  console.log(lines.join('\n'))
}

function policyText(file, accessor) {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
  return text.replaceAll('{{mount}}', mount).replaceAll('ACCESSOR', accessor ?? '')
}

async function untilWritten(write, attempts = 50) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write()
    } catch (error) {
      if (attempt === attempts || !/upgrad/i.test(String(error))) throw error
      await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
}
