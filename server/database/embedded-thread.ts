// The thread of one connection to the embedded database. It speaks PostgreSQL's protocol, as a socket would: what comes is
// answered piece by piece, and the end of it closes the database.
import { on } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { PGlite } from '@electric-sql/pglite'

export type FromDatabase = 'open' | Uint8Array
export type ToDatabase = 'close' | Uint8Array

const pieceBytes = 256 * 1024

if (parentPort) await serve(parentPort, (workerData as { folder: string }).folder)

async function serve(port: NonNullable<typeof parentPort>, folder: string): Promise<void> {
  // What is asked while it opens waits.
  const asked = on(port, 'message') as AsyncIterable<[ToDatabase]>
  const database = await PGlite.create({ dataDir: folder })
  port.postMessage('open' satisfies FromDatabase)
  for await (const [message] of asked) {
    if (message === 'close') break
    await answer(database, message, (piece) => port.postMessage(piece satisfies FromDatabase, [piece.buffer]))
  }
  await database.close()
  port.close()
}

/** Sent while it comes, so that a large answer is never whole in here. */
async function answer(database: PGlite, asked: Uint8Array, send: (piece: Uint8Array<ArrayBuffer>) => void): Promise<void> {
  let parts: Uint8Array[] = []
  let bytes = 0
  const flush = () => {
    if (bytes > 0) send(joined(parts, bytes))
    ;[parts, bytes] = [[], 0]
  }
  await database.execProtocolRawStream(asked, {
    onRawData: (part) => {
      // The part lies in memory that the database will use for the next one.
      parts.push(part.slice())
      bytes += part.length
      if (bytes >= pieceBytes) flush()
    },
  })
  flush()
}

function joined(parts: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
