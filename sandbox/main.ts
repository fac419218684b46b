// Runs only the sandbox: `node sandbox/main.ts --port 4000 --server-url http://localhost:3000`.
// It prints one line of JSON with its address and the configuration of a server that uses it.
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { deliverSeedMails } from './mails/seed.ts'
import { makeSeedBoards } from './monday/seed.ts'
import { startSandbox } from './sandbox.ts'

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'server-url': { type: 'string', default: 'http://localhost:3000' },
    'tls-cert': { type: 'string' },
    'tls-key': { type: 'string' },
  },
})
const { 'server-url': serverUrl, 'tls-cert': certFile, 'tls-key': keyFile } = values
const tls = certFile && keyFile ? { tls: { cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') } } : {}

const sandbox = await startSandbox({ port: Number(values.port), serverUrl, ...tls })
await deliverSeedMails(sandbox)
makeSeedBoards(sandbox)
console.log(JSON.stringify({ url: sandbox.url, environment: sandbox.environment(serverUrl) }))

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void sandbox.stop())
