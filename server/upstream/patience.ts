// How long an answer may take.

export type Patience = { signal: AbortSignal; again(): void; end(): void }

export function openPatience(timeoutMs: number): Patience {
  const controller = new AbortController()
  const giveUp = () => controller.abort(new DOMException('No answer in time', 'TimeoutError'))
  let timer = setTimeout(giveUp, timeoutMs)
  return {
    signal: controller.signal,
    again() {
      clearTimeout(timer)
      timer = setTimeout(giveUp, timeoutMs)
    },
    end: () => clearTimeout(timer),
  }
}
