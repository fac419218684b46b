// Compares the hosts to which a server opens connections with those in its configuration. A child process records them itself; for a
// server inside the test's process, connections opened on its behalf count.
import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Connect, hostOf } from './outgoing-host.ts'

const onBehalfOf = new AsyncLocalStorage<Set<string>>()
const genuine = Symbol.for('mailboard.genuine-connect')

type Patched = { connect: Connect; [genuine]?: Connect }

// The module belongs to the process: this replaces what an earlier test file has set.
const prototype = net.Socket.prototype as unknown as Patched
const connect = (prototype[genuine] ??= prototype.connect)
prototype.connect = function (...given) {
  onBehalfOf.getStore()?.add(hostOf(given))
  return Reflect.apply(connect, this, given)
}

export function recordInside() {
  const hosts = new Set<string>()
  return { run: <Result>(work: () => Result): Result => onBehalfOf.run(hosts, work), hosts: () => [...hosts] }
}

export function recordChild() {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-hosts-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'hosts')
  return {
    env: { NODE_OPTIONS: `--import=${preload}`, OUTGOING_HOSTS: file },
    hosts: () => (existsSync(file) ? [...new Set(readFileSync(file, 'utf8').split('\n').filter(Boolean))] : []),
  }
}

const preload = fileURLToPath(new URL('./outgoing-hosts-of-child.ts', import.meta.url))
const defaultPorts: Record<string, string> = { 'http:': '80', 'https:': '443', 'postgres:': '5432', 'postgresql:': '5432' }

/** Every host in an address in these variables. */
export function configuredHosts(environment: Record<string, string>): string[] {
  const urls = Object.values(environment).flatMap((value) => (/^(https?|postgres(ql)?):\/\//.test(value) ? [new URL(value)] : []))
  return [...new Set(urls.map(({ hostname, port, protocol }) => `${hostname}:${port || (defaultPorts[protocol] ?? '')}`))]
}
