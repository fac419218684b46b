// Reads a JSON body of at most 4 MiB, ahead of any middleware. What is too large is not kept, but heard to its end within
// reason: who is cut off while speaking does not hear the answer.
import type { IncomingMessage } from 'node:http'
import { Problem } from '../problem.ts'

const largestBody = 4 * 1024 * 1024
const mostHeard = 16 * 1024 * 1024
const utf8 = new TextDecoder('utf-8', { fatal: true })

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const text = await readText(request)
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('malformed-request', 'The body is not JSON.')
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request) {
    length += part.length
    if (length <= largestBody) parts.push(part)
    else parts.length = 0
    if (length > mostHeard) break
  }
  if (length > largestBody) throw new Problem('too-large', 'The body is larger than 4 MiB.')
  try {
    return utf8.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts))
  } catch {
    throw new Problem('malformed-request', 'The body is not UTF-8.')
  }
}
