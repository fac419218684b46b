// Builds the tests' Vault server once, into a cache folder outside the tree. It needs only a Go toolchain and its module proxy.
// `VAULT_BIN` selects another binary instead.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const moduleFolder = fileURLToPath(new URL('../test/vault/', import.meta.url))

/** The path of the binary, whether it is built yet or not. */
export function vaultPath(): string {
  const [, version] = /github\.com\/hashicorp\/vault (v\S+)/.exec(readFileSync(join(moduleFolder, 'go.mod'), 'utf8')) ?? []
  const cache = process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return process.env['VAULT_BIN'] || join(cache, 'mailboard', `vault-${version}`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) build(vaultPath())

function build(binary: string): void {
  if (existsSync(binary)) {
    console.log(`Vault for the tests: ${binary}`)
    return
  }
  if (spawnSync('go', ['version']).status !== 0) {
    console.error('Go is not at hand: the tests run without a real Vault, and say so.')
    process.exitCode = 2
    return
  }
  console.log('Building Vault for the tests, once: some five minutes …')
  const since = performance.now()
  mkdirSync(dirname(binary), { recursive: true })
  const unfinished = `${binary}.${process.pid}`
  const built = spawnSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', unfinished, 'github.com/hashicorp/vault'], {
    cwd: moduleFolder,
    stdio: 'inherit',
  })
  if (built.status !== 0) {
    console.error('Vault did not build; its log stands above.')
    process.exitCode = 1
    return
  }
  renameSync(unfinished, binary)
  console.log(`Built ${binary} in ${Math.round((performance.now() - since) / 1000)} s.`)
}
