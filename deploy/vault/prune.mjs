#!/usr/bin/env node
// Removes the identity entities of connections that are gone. A child token makes one entity for each connection;
// Vault keeps it when the connection's tokens have been erased. Run it now and then, e.g. once a month.
//   VAULT_ADDR=… VAULT_TOKEN=… node deploy/vault/prune.mjs [--mount mailboard] [--dry-run]
import { parseArgs } from 'node:util'
import { isConnectionKey } from './connection-keys.mjs'
import { vault } from './vault-api.mjs'

const { values: options } = parseArgs({
  options: { mount: { type: 'string', default: 'mailboard' }, 'dry-run': { type: 'boolean', default: false } },
})

const { 'token/': tokenAuth } = await vault('GET', 'sys/auth')
const alive = new Set((await vault('LIST', `${options.mount}/metadata/connections`))?.keys ?? [])
const ids = (await vault('LIST', 'identity/entity/id'))?.keys ?? []
let removed = 0
for (const id of ids) {
  const entity = await vault('GET', `identity/entity/id/${id}`)
  const aliases = entity?.aliases ?? []
  // Others may use aliases of tokens too: ours are the random keys of connections, and stand alone.
  if (aliases.length !== 1 || aliases[0].mount_accessor !== tokenAuth.accessor || !isConnectionKey(aliases[0].name)) continue
  if (alive.has(aliases[0].name)) continue
  if (!options['dry-run']) await vault('DELETE', `identity/entity/id/${id}`)
  removed += 1
}
console.log(`${options['dry-run'] ? 'Would remove' : 'Removed'} ${removed} of ${ids.length} entities; ${alive.size} connections are alive.`)
