// The declarations of a style that decide what is visible, however they are written: case, spaces, comments, escapes, `!important`.
// In a single pass.

type Declaration = { value: string; isImportant: boolean }
export type Declarations = ReadonlyMap<string, Declaration>

export const noDeclarations: Declarations = new Map()

export function declarationsOf(style: string): Declarations {
  const found = new Map<string, Declaration>()
  const css = withoutComments(style)
  let start = 0
  let quote = ''
  let depth = 0
  for (let at = 0; at <= css.length; at++) {
    const character = at < css.length ? css.charAt(at) : ';'
    if (at === css.length) [quote, depth] = ['', 0]
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '(') depth++
    else if (character === ')') depth = Math.max(0, depth - 1)
    else if (character === ';' && depth === 0) {
      addDeclaration(found, css.slice(start, at))
      start = at + 1
    }
  }
  return found
}

/** A later declaration wins, unless only the earlier one is important. */
export function cascade(sources: readonly Declarations[]): Declarations {
  if (sources.length < 2) return sources[0] ?? noDeclarations
  const merged = new Map<string, Declaration>()
  for (const source of sources) for (const [name, declaration] of source) put(merged, name, declaration)
  return merged
}

export function withoutComments(css: string): string {
  if (!css.includes('/*')) return css
  const parts: string[] = []
  let at = 0
  for (let start = css.indexOf('/*'); start >= 0; start = css.indexOf('/*', at)) {
    parts.push(css.slice(at, start))
    const end = css.indexOf('*/', start + 2)
    at = end < 0 ? css.length : end + 2
  }
  return parts.join('') + css.slice(at)
}

function addDeclaration(found: Map<string, Declaration>, css: string): void {
  const colon = css.indexOf(':')
  if (colon < 0 || colon > longestName) return
  const name = unescaped(css.slice(0, colon)).trim().toLowerCase()
  if (!deciding.has(name)) return
  const written = unescaped(css.slice(colon + 1).trimStart().slice(0, longestValue)).trim().toLowerCase() // prettier-ignore
  const mark = written.lastIndexOf('!')
  const isImportant = mark >= 0 && written.slice(mark + 1).trim() === 'important'
  const value = (isImportant ? written.slice(0, mark).trim() : written).replace(ofOneValue, '$1')
  if (name === 'opacity' && !opacityShape.test(value)) return
  put(found, name, { value, isImportant })
}

function put(into: Map<string, Declaration>, name: string, declaration: Declaration): void {
  if (declaration.value === '' || (into.get(name)?.isImportant === true && !declaration.isImportant)) return
  into.set(name, declaration)
}

/** `d\69splay` is `display`. */
const unescaped = (css: string): string =>
  css.includes('\\')
    ? css.replace(/\\(?:([\da-f]{1,6})\s?|(.))/gi, (_whole, code: string | undefined, character: string | undefined) =>
        code === undefined ? (character ?? '') : characterOf(Number.parseInt(code, 16)),
      )
    : css

const characterOf = (codePoint: number) => (codePoint > 0 && codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : '')

/** `calc(0px)` is `0px`. */
const ofOneValue = /^calc\(\s*([\d.]+[a-z%]*)\s*\)$/
/** A declaration that browsers ignore does not override an earlier one. */
const opacityShape = /^([+-]?[\d.]+(e[+-]?\d+)?%?|inherit|initial|unset|revert|[a-z]+\(.*)$/

const longestName = 100
const longestValue = 200
const deciding = new Set([
  'background-clip', '-webkit-background-clip', 'clip', 'clip-path', 'color', 'direction', 'display', 'font', 'font-family', 'font-size', 'height', 'left',
  'list-style', 'list-style-type', 'margin', 'margin-left', 'margin-right', 'max-height', 'max-width', 'mso-hide', 'opacity', 'overflow', 'overflow-x',
  'overflow-y', 'padding', 'padding-bottom', 'padding-left', 'padding-right', 'padding-top', 'position', 'scale', 'text-decoration', 'text-decoration-line', 'text-indent', 'top', 'transform', 'visibility',
  'white-space', 'width',
]) // prettier-ignore
