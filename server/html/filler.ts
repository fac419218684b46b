// Invisible characters. Senders fill previews with them and split words with them. Some have a meaning in some scripts, and stay
// there: joiners in Persian words, in Indic letters and in emoji, direction marks next to letters that run from right to left.

export function withoutFiller(text: string): string {
  if (!filler.test(text)) return text
  const isRightToLeft = rightToLeft.test(text)
  return text
    .replace(always, '')
    .replace(joiners, (joiner, at: number, whole: string) => (joins(joiner, whole, at) ? joiner : ''))
    .replace(directionMarks, isRightToLeft ? '$&' : '')
}

const filler = /\u034F|[\u00AD\u180E\u200B-\u200F\u2060-\u2064\uFEFF]/
const always = /\u034F|[\u00AD\u180E\u200B\u2060-\u2064\uFEFF]/g
const joiners = /[\u200C\u200D]/g
const directionMarks = /[\u200E\u200F]/g

const rightToLeft = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/
/** Letters and marks of scripts that join: Arabic and related scripts, Mongolian, and those of India and its neighbours. */
const joining = /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Nko}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}]/u // prettier-ignore
const emoji = /\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F/u

function joins(joiner: string, text: string, at: number): boolean {
  const before = characterBefore(text, at)
  const after = characterAt(text, at + 1)
  if (joiner === '\u200D' && emoji.test(before) && emoji.test(after)) return true
  return joiner === '\u200D' ? joining.test(before) || joining.test(after) : joining.test(before) && joining.test(after)
}

const characterAt = (text: string, at: number) => (at < text.length ? String.fromCodePoint(text.codePointAt(at) ?? 0) : '')

function characterBefore(text: string, at: number): string {
  const isLow = /[\uDC00-\uDFFF]/.test(text.charAt(at - 1))
  return isLow ? text.slice(Math.max(0, at - 2), at) : text.charAt(at - 1)
}
