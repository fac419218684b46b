// Reads what a client sends to PostgreSQL: the texts of its statements, even if an earlier one is only named.

/** Returns, for each chunk that was sent, the texts of the statements in it. */
export function openStatementReader(): (bytes: Buffer) => string {
  const texts = new Map<string, string>()
  let rest: Buffer = Buffer.alloc(0)
  let isStarted = false

  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    // The first message has no letter.
    if (!isStarted && rest.length >= 4 && rest.length >= rest.readInt32BE(0)) {
      rest = rest.subarray(rest.readInt32BE(0))
      isStarted = true
    }
    const found: string[] = []
    while (isStarted && rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const length = rest.readInt32BE(1)
      const [first = '', second = ''] = rest.toString('latin1', 5, length + 1).split('\0', 2)
      const letter = String.fromCharCode(rest[0] ?? 0)
      if (letter === 'P') texts.set(first, second)
      if (letter === 'B') found.push(texts.get(second) ?? '')
      if (letter === 'Q') found.push(first)
      rest = rest.subarray(length + 1)
    }
    return found.join('\n')
  }
}
