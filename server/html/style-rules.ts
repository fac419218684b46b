// The simple rules of a message's style elements: a tag, a class, an ID, or a tag with one of them. Rules only for some screens or for
// print do not describe what a reader normally sees, and are ignored.
import { cascade, type Declarations, declarationsOf, noDeclarations, withoutComments } from './declarations.ts'
import type { Attributes } from './tokens.ts'

type Rule = { declarations: Declarations; weight: number; place: number }

export function openStyleRules() {
  const rules = new Map<string, Rule>()
  let place = 0
  return {
    add(css: string): void {
      for (const { selectors, body } of blocksOf(withoutComments(css).replace(/<!--|-->/g, ''))) {
        const declarations = declarationsOf(body)
        if (declarations.size === 0) continue
        for (const selector of selectors.split(',')) {
          const [, tag = '', mark = ''] = simple.exec(selector.trim().slice(0, longestSelector).toLowerCase()) ?? []
          if (tag === '' && mark === '') continue
          const known = rules.get(tag + mark)
          const weight = (mark.startsWith('#') ? 100 : mark === '' ? 0 : 10) + (tag === '' ? 0 : 1)
          rules.set(tag + mark, {
            declarations: known ? cascade([known.declarations, declarations]) : declarations,
            weight,
            place: place++,
          })
        }
      }
    },
    /** The declarations for an element, from the rules and from its own style. */
    of(name: string, attributes: Attributes): Declarations {
      const own = attributes.get('style')
      if (rules.size === 0) return own === undefined ? noDeclarations : declarationsOf(own)
      const found = keysOf(name, attributes).flatMap((key) => rules.get(key) ?? [])
      if (found.length > 1) found.sort((one, other) => one.weight - other.weight || one.place - other.place)
      return cascade([...found.map(({ declarations }) => declarations), ...(own === undefined ? [] : [declarationsOf(own)])])
    },
  }
}

const longestSelector = 200
const longestClasses = 2_000
const simple = /^([a-z][a-z\d]*)?([.#][^\s.#:[\]>+~*()]+)?$/

function keysOf(name: string, attributes: Attributes): string[] {
  const classes = attributes.get('class')?.slice(0, longestClasses).toLowerCase().match(/\S+/g) ?? []
  const id = attributes.get('id')?.toLowerCase()
  return [name, ...[...classes.map((one) => `.${one}`), ...(id ? [`#${id}`] : [])].flatMap((mark) => [mark, name + mark])]
}

function* blocksOf(css: string): Generator<{ selectors: string; body: string }> {
  let at = 0
  for (let open = css.indexOf('{'); open >= 0; open = css.indexOf('{', at)) {
    const prelude = css.slice(at, open)
    const selectors = prelude.slice(Math.max(prelude.lastIndexOf(';'), prelude.lastIndexOf('}')) + 1).trim()
    if (!selectors.startsWith('@')) {
      const close = css.indexOf('}', open)
      at = close < 0 ? css.length : close + 1
      yield { selectors, body: css.slice(open + 1, close < 0 ? css.length : close) }
    } else at = forEveryScreen.test(selectors) ? open + 1 : endOfBlock(css, open)
  }
}

const forEveryScreen = /^@media\s+(only\s+)?(screen|all)$/i

function endOfBlock(css: string, open: number): number {
  let depth = 0
  for (let at = open; at < css.length; at++) {
    const character = css.charAt(at)
    if (character === '{') depth++
    if (character === '}' && --depth === 0) return at + 1
  }
  return css.length
}
