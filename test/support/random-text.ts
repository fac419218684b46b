/** Letters in a random order, the same in every run, which automata cannot cache. */
export function randomText(letters: string, length: number): string {
  let state = 1
  let text = ''
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    text += letters[(state >>> 16) % letters.length]
  }
  return text
}
