// To which hosts a server opens connections, against those that its configuration names. A child writes them down itself;
// of a server inside the test's process those count that are opened on its behalf.
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

// The module is the process's own: what an earlier test file has put there gives way.
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

/** Every host that an address in these variables names. */
export function configuredHosts(environment: Record<string, string>): string[] {
  const urls = Object.values(environment).flatMap((value) => (/^(https?|postgres(ql)?):\/\//.test(value) ? [new URL(value)] : []))
  return [...new Set(urls.map(({ hostname, port, protocol }) => `${hostname}:${port || (defaultPorts[protocol] ?? '')}`))]
}
