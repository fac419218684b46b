import type { IncomingMessage } from 'node:http'

/** The body as text; undefined: it is too large. What is too large is read on for a while, so that its sender hears the answer. */
export async function readBody(request: IncomingMessage, largestBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength
    if (size <= largestBytes) chunks.push(chunk)
    else chunks.length = 0
    if (size > largestBytes * 4) break
  }
  return size > largestBytes ? undefined : Buffer.concat(chunks).toString('utf8')
}
