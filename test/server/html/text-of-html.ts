import { longestText, type ReadableText, textOfShown } from '../../../server/html/readable-text.ts'
import { shownHtml } from '../../../server/html/shown-html.ts'

/** As the text of a message is made of its HTML. */
export function textOfHtml(html: string): ReadableText {
  const shown = shownHtml(html, 2_000_000)
  const { text, isCut } = textOfShown(shown.html, longestText)
  return { text, isCut: isCut || shown.isCut }
}
