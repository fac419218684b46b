// Whether Outlook's text of a body has the words that the server reads, and no others. Of plain markup both make the same; a table, a
// picture, a list, a link or a style that may hide something each of them reads in its own way.

export function isPlainHtml(html: string): boolean {
  const text = html.replace(tag, (_, name: string, attributes: string) =>
    plainTags.has(name.toLowerCase()) && arePlain(attributes) ? '' : '<',
  )
  return !text.includes('<')
}

const tag = /<\/?([a-z][a-z0-9]*)((?:\s+[a-z-]+(?:=(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+))?)*)\s*\/?>/gi
const attribute = /([a-z-]+)(?:=(?:"([^"]*)"|'([^']*)'|(\S+)))?/gi

const plainTags = new Set([
  'html',
  'head',
  'meta',
  'body',
  'div',
  'p',
  'br',
  'span',
  'font',
  'b',
  'i',
  'u',
  'strong',
  'em',
  'h1',
  'h2',
  'h3',
])

/** Classes say nothing where there is no style sheet. */
const plainAttributes = new Set(['class', 'id', 'lang', 'face', 'size', 'charset', 'content', 'http-equiv', 'name'])

function arePlain(attributes: string): boolean {
  return [...attributes.matchAll(attribute)].every(([, name = '', ...values]) => {
    const value = values.find((each) => each !== undefined) ?? ''
    if (name.toLowerCase() === 'dir') return value.toLowerCase() === 'ltr'
    if (name.toLowerCase() === 'style') return value.split(';').every(isPlainStyle)
    return plainAttributes.has(name.toLowerCase())
  })
}

function isPlainStyle(declaration: string): boolean {
  const [property = '', value = ''] = declaration.split(':').map((part) => part.trim().toLowerCase())
  if (property === '') return true
  if (property === 'font-size') return /^[1-9]\d*(?:\.\d+)?(?:pt|px|em|rem)$/.test(value)
  if (property === 'color') return /^(?:black|#000(?:000)?|rgb\(0, ?0, ?0\)|windowtext)$/.test(value)
  return /^(?:font-family|font-weight|font-style|line-height|text-align|(?:margin|padding)(?:-(?:top|right|bottom|left))?)$/.test(property)
}
