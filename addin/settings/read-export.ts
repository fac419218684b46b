// Takes an export as it comes: into a blob, which a browser keeps on disk where it is large, and never into objects. What
// the page says of it, how many rows of each table, is counted while the bytes go by.

export type ExportFile = { blob: Blob; exportedAt: string; counts: ReadonlyMap<string, number> }

/** An answer that breaks off is none: it rejects. */
export async function readExport(response: Response): Promise<ExportFile> {
  const counter = openCounter()
  const counting = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(bytes, out) {
      counter.take(bytes)
      out.enqueue(bytes)
    },
  })
  const read = response.body?.pipeThrough(counting) ?? null
  const blob = await new Response(read, { headers: { 'content-type': 'application/json' } }).blob()
  const [, exportedAt = new Date().toISOString()] = /"exportedAt":"([^"]{1,40})"/.exec(await blob.slice(0, 200).text()) ?? []
  return { blob, exportedAt, counts: counter.counts }
}

const [quote, backslash, openBrace, closeBrace, openBracket, closeBracket] = [0x22, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d]

/** In `{ … "tables": { "<name>": [ {…}, … ] } }` a name is a text at depth 2, a row what opens depth 4. */
const [depthOfNames, depthOfRows] = [2, 4]

function openCounter() {
  const counts = new Map<string, number>()
  let [depth, inText, escaped, table] = [0, false, false, '']
  let name: number[] = []

  const closeText = () => {
    inText = false
    if (depth === depthOfNames) table = String.fromCharCode(...name)
  }

  /** Contents are long texts without a backslash: the end of those is looked for, not walked to. Gives what comes after. */
  const skipText = (bytes: Uint8Array, from: number): number => {
    const end = bytes.indexOf(quote, from)
    const stop = end < 0 ? bytes.length : end
    const escape = bytes.subarray(from, stop).indexOf(backslash)
    const until = escape < 0 ? stop : from + escape
    if (depth === depthOfNames) name.push(...bytes.subarray(from, until))
    if (escape >= 0) escaped = true
    else if (end >= 0) closeText()
    return until + 1
  }

  return {
    counts,
    take(bytes: Uint8Array) {
      for (let at = 0; at < bytes.length;) {
        if (escaped) {
          escaped = false
          at += 1
        } else if (inText) at = skipText(bytes, at)
        else {
          const byte = bytes[at]
          if (byte === quote) [inText, name] = [true, []]
          else if (byte === openBrace || byte === openBracket) {
            depth += 1
            if (depth === depthOfRows && byte === openBrace) counts.set(table, (counts.get(table) ?? 0) + 1)
          } else if (byte === closeBrace || byte === closeBracket) depth -= 1
          at += 1
        }
      }
    },
  }
}
