// What somebody hears of /api/events, as it comes.
export async function listen(serverUrl: string, accessToken: string) {
  const abort = new AbortController()
  const answer = await fetch(`${serverUrl}/api/events`, { headers: { authorization: `Bearer ${accessToken}` }, signal: abort.signal })
  const heard: unknown[] = []
  let ended = false
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const bytes of answer.body ?? []) {
      for (const [, data] of decoder.decode(bytes).matchAll(/^data: (.*)$/gm)) heard.push(JSON.parse(data ?? ''))
    }
    ended = true
  })().catch(() => undefined)
  return { answer, heard, hasEnded: () => ended, stop: () => (abort.abort(), reading) }
}
