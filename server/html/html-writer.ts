// Writes HTML line by line as a reader sees it: single spaces, none at the start of a line, at most two blank lines in a row, and
// a separator between words that are apart on the screen. All text is escaped here.
import { escaped } from './escaped.ts'
import { mostBlankLines } from './limits.ts'
import type { WhiteSpace } from './look.ts'

export function openHtmlWriter() {
  const parts: string[] = []
  let letters = 0
  let hasInk = false
  let endsInSpace = false
  let blankLines = 0
  let beginsBlock = true
  let due: '' | 'space' | 'line' = ''

  const lineBreak = () => {
    due = ''
    if (!hasInk && ++blankLines > mostBlankLines) return
    parts.push('<br />')
    letters += 1
    hasInk = false
    beginsBlock = false
  }
  const word = (text: string) => {
    if (due === 'line' && hasInk) lineBreak()
    const isApart = endsInSpace || text.startsWith(' ')
    if (due === 'space' && hasInk && !isApart) parts.push(' ')
    parts.push(escaped(text))
    letters += text.length
    endsInSpace = text.endsWith(' ')
    blankLines = 0
    hasInk = true
    beginsBlock = false
    due = ''
  }
  const collapsed = (text: string) => {
    const words = text.replace(/[ \t\n\r\f]+/g, ' ')
    return words.startsWith(' ') && (!hasInk || endsInSpace || due === 'line') ? words.slice(1) : words
  }
  return {
    lineBreak,
    /** A tag as it is; it does not affect the line. Its place can be overwritten. */
    tag: (markup: string): number => parts.push(markup) - 1,
    rewrite(place: number, markup: string): void {
      parts[place] = markup
    },
    /** A block begins or ends here, and with it the line. */
    block(): void {
      hasInk = false
      beginsBlock = true
      due = ''
    },
    /** The next text is separate from the previous one. */
    apart(how: 'space' | 'line'): void {
      if (due !== 'line') due = how
    },
    text(text: string, whiteSpace: WhiteSpace, isPreformatted: boolean): void {
      if (isPreformatted) {
        // A browser drops the first line break of such a block, and would drop another each time this is sanitized.
        const shown = beginsBlock ? text.replace(/^\n+/, '') : text
        return shown === '' ? undefined : word(shown)
      }
      const lines = whiteSpace === 'collapsed' ? [text] : text.split('\n')
      for (const [at, line] of lines.entries()) {
        if (at > 0) lineBreak()
        const words = collapsed(line)
        if (words !== '') word(words)
      }
    },
    letters: () => letters,
    finish(): string {
      const html = parts.join('')
      return html.endsWith(' ') ? html.slice(0, -1) : html
    },
  }
}
