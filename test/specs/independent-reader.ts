// Reads a raw mail a second way, to be compared with the product's: another MIME parser, and a reading of HTML that shares
// nothing with it. It is short and knows no nesting; for the first words of a mail that is enough.
import { simpleParser, type Attachment } from 'mailparser'

export type ReadMail = {
  /** All that a reader sees, line by line. */
  visibleText: string
  /** The first sentence, or as much of it as stands in its line. Empty when nothing can be read. */
  firstSentence: string
  /** Attachments but for the pictures that stand in the text. */
  files: number
}

export async function readIndependently(raw: Buffer): Promise<ReadMail> {
  const mail = await simpleParser(raw, { skipHtmlToText: true, skipTextToHtml: true, skipTextLinks: true, skipImageLinks: true })
  const html = mail.html || ''
  const visibleText = html === '' ? (mail.text ?? '') : visibleTextOf(html)
  return {
    visibleText,
    firstSentence: firstSentenceOf(visibleText),
    files: mail.attachments.filter((attachment) => !standsInText(attachment, html)).length,
  }
}

/** The lines of what a reader sees that do not stand in this text, spaces left aside. */
export function linesMissing({ visibleText }: ReadMail, text: string): string[] {
  const dense = (words: string) => squeezed(words).replaceAll(' ', '')
  const there = dense(text)
  return visibleText.split(/[\r\n]+/).filter((line) => !there.includes(dense(line)))
}

/** Whitespace and line breaks are laid out differently by everybody. */
export const squeezed = (text: string): string => text.replaceAll(/[\s\u00A0\u200B]+/gu, ' ').trim()

function standsInText({ cid, contentType }: Attachment, html: string): boolean {
  return cid !== undefined && contentType.startsWith('image/') && html.includes(`cid:${cid}`)
}

function firstSentenceOf(text: string): string {
  const line = text.split(/[\r\n]+/).find((each) => /[\p{L}\p{N}]/u.test(each)) ?? ''
  return squeezed(/^.*?[\p{L}\p{N}].*?[.!?。](?=\s|$)/u.exec(squeezed(line))?.[0] ?? line)
}

function visibleTextOf(html: string): string {
  const shown = html
    .replaceAll(/<!--[\s\S]*?-->/g, '')
    .replaceAll(/<(script|style|title)\b[\s\S]*?<\/\1\s*>/gi, '')
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<\/?(?:p|div|br|tr|td|th|table|li|ul|ol|h\d|hr|center|blockquote|pre|body)\b[^>]*>/gi, '\n')
    .replaceAll(/<[a-z!/?][^>]*>/gi, '')
  return shown.replaceAll(/&(#x?[\da-f]+|[a-z]+);?/gi, (whole: string, name: string) => characterOf(name.toLowerCase()) ?? whole)
}

const named: Record<string, string> = { nbsp: '\u00A0', amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", copy: '©', reg: '®', trade: '™' }

function characterOf(name: string): string | undefined {
  if (!name.startsWith('#')) return named[name]
  const code = name.startsWith('#x') ? Number.parseInt(name.slice(2), 16) : Number.parseInt(name.slice(1), 10)
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined
}
