// The events that a listener receives from /api/events.
export async function listen(serverUrl: string, accessToken: string) {
  const abort = new AbortController()
  const answer = await fetch(`${serverUrl}/api/events`, { headers: { authorization: `Bearer ${accessToken}` }, signal: abort.signal })
  const heard: unknown[] = []
  let ended = false
  const reading = (async () => {
    const decoder = new TextDecoder()
    let unread = ''
    for await (const bytes of answer.body ?? []) {
      // A line may arrive in two parts.
      const lines = (unread + decoder.decode(bytes, { stream: true })).split('\n')
      unread = lines.pop() ?? ''
      for (const line of lines) if (line.startsWith('data: ')) heard.push(JSON.parse(line.slice('data: '.length)))
    }
    ended = true
  })().catch(() => undefined)
  return { answer, heard, hasEnded: () => ended, stop: () => (abort.abort(), reading) }
}
