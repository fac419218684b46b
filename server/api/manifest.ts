// The add-in's manifest for this server's address. The one in the repository is the template.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { escapeMarkup } from '../../recipes/escape.ts'

const template = new URL('../../manifest.xml', import.meta.url)
const templateOrigin = 'https://localhost:3000'

export async function manifestFor(publicUrl: string): Promise<string> {
  const xml = await readFile(template, 'utf8')
  if (publicUrl === templateOrigin) return xml
  return xml.replaceAll(templateOrigin, escapeMarkup(publicUrl)).replace(/<Id>[^<]*<\/Id>/, `<Id>${idOf(publicUrl)}</Id>`)
}

/** The same address has the same ID, so that a new manifest replaces the old one; another address is another add-in. */
function idOf(publicUrl: string): string {
  const hex = createHash('sha256').update(publicUrl).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20, 32)].join('-')
}
