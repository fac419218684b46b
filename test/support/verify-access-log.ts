// `npm run access-log:verify` as an operator runs it, with the server's own environment. Only one process can
// open the embedded database, so the server must have stopped.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { World } from './world.ts'

const entry = fileURLToPath(new URL('../../server/verify-access-log.ts', import.meta.url))
const keptCompiled = `--import=${new URL('../../scripts/keep-compiled.mjs', import.meta.url)}`

export async function verifyAccessLog({ environment }: World, ...args: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, [keptCompiled, entry, ...args], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  const [code] = (await once(child, 'close')) as [number]
  return { code, output }
}
