// Reads a JSON body of at most 4 MiB, ahead of any middleware. What is too large is not kept, but heard to its end within
// reason: who is cut off while speaking does not hear the answer.
import type { IncomingMessage } from 'node:http'
import { Problem } from '../problem.ts'

export const largestBody = 4 * 1024 * 1024
const mostHeard = 16 * 1024 * 1024
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export async function readJson(request: IncomingMessage): Promise<unknown> {
  refuseOtherEncoding(request)
  const text = await readText(request)
  try {
    return JSON.parse(text)
  } catch {
    throw new Problem('malformed-request', 'The body is not JSON.')
  }
}

/** What says of itself that it is something else would be read otherwise by a reader that believes it. */
function refuseOtherEncoding({ headers: { 'content-type': type = '', 'content-encoding': encoding } }: IncomingMessage): void {
  const isUtf8 = [...type.matchAll(/;\s*charset\s*=\s*"?([^";]*)/gi)].every(([, charset = '']) => /^utf-8$/i.test(charset.trim()))
  if (!isUtf8) throw new Problem('unsupported-media-type', 'The body must be JSON in UTF-8.')
  if (encoding !== undefined && encoding.trim().toLowerCase() !== 'identity')
    throw new Problem('unsupported-media-type', 'The body must not be compressed.')
}

async function readText(request: IncomingMessage): Promise<string> {
  const bytes = await readBytes(request)
  if (bytes === undefined) throw new Problem('too-large', 'The body is larger than 4 MiB.')
  try {
    return utf8.decode(bytes)
  } catch {
    throw new Problem('malformed-request', 'The body is not UTF-8.')
  }
}

/** undefined: it is too large. By events, since an iterator costs as much as all the rest of reading. */
function readBytes(request: IncomingMessage): Promise<Buffer | undefined> {
  const parts: Buffer[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request.on('data', (part: Buffer) => {
      length += part.length
      if (length <= largestBody) parts.push(part)
      else parts.length = 0
      if (length > mostHeard) resolve(void request.destroy())
    })
    request.on('end', () => resolve(length > largestBody ? undefined : parts.length === 1 ? parts[0] : Buffer.concat(parts)))
    request.on('error', () => reject(new Problem('malformed-request', 'The body ends early.')))
  })
}
