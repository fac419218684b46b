// Collects words in lines: a block ends a line that has words, a line break ends any line, and at most two blank lines are kept.
import { mostBlankLines } from './limits.ts'

export function openTextLines(limit: number) {
  const parts: string[] = []
  let length = 0
  let isEnded = false
  let blankLines = 0
  let wantsBlank = false
  let hasBlankInk = false
  let isApart = false
  let marker = ''

  const add = (words: string) => {
    parts.push(words)
    length += words.length
  }
  const begin = () => {
    const breaks = isEnded ? 1 + Math.min(mostBlankLines, Math.max(blankLines, wantsBlank ? 1 : 0)) : 0
    if (length > 0) add(breaks > 0 ? '\n'.repeat(breaks) : isApart ? ' ' : '')
    if (marker !== '') add(marker)
    ;[isEnded, blankLines, wantsBlank, hasBlankInk, isApart, marker] = [false, 0, false, false, false, '']
  }
  const line = () => {
    // A line of no-break spaces is an intended blank line.
    if (isEnded && hasBlankInk) blankLines++
    ;[isEnded, hasBlankInk, isApart] = [true, false, false]
  }
  return {
    line,
    space: () => void (isApart = true),
    paragraph(): void {
      line()
      wantsBlank = true
    },
    lineBreak(): void {
      if (isEnded) blankLines++
      ;[isEnded, hasBlankInk, isApart] = [true, false, false]
    },
    marker: (next: string) => void (marker = next),
    write(raw: string, isPreformatted: boolean): void {
      if (isPreformatted) return writeLines(raw)
      const words = raw.replace(/\s+/g, ' ')
      const body = words.trim()
      if (words.startsWith(' ')) isApart = true
      if (body === '') {
        if (/\u00a0/.test(raw)) hasBlankInk = true
        return
      }
      begin()
      add(body)
      isApart = words.endsWith(' ')
    },
    isFull: () => length > limit,
    finish(): { text: string; isCut: boolean } {
      const text = parts.join('')
      return { text: text.slice(0, limit).toWellFormed(), isCut: text.length > limit }
    },
  }

  /** With their spaces; a line break at the end belongs to what comes next. */
  function writeLines(raw: string): void {
    const words = raw.replace(/\n{4,}/g, '\n\n\n')
    const body = words.replace(/\n{1,3}$/, '')
    if (body !== '') {
      begin()
      add(body)
    }
    for (let ended = body.length; ended < words.length; ended++) {
      if (isEnded) blankLines++
      isEnded = true
    }
  }
}
