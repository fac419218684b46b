// Counts the steps of a backtracking engine for one expression and one text, which is exact where timing is a guess. It supports what
// the project's expressions use, and throws on anything else.

type Node =
  | { kind: 'set'; holds: (character: string) => boolean; source: string }
  | { kind: 'edge'; source: string }
  | { kind: 'back'; group: number }
  | { kind: 'group'; index: number | undefined; options: Node[][] }
  | { kind: 'look'; negated: boolean; options: Node[][] }
  | { kind: 'repeat'; node: Node; min: number; max: number; lazy: boolean }

export type Expression = { source: string; flags: string; options: Node[][] }

export function readExpression(source: string, flags: string): Expression {
  let at = 0
  let groups = 0
  const single = flags.replace(/[gyd]/g, '')
  const set = (text: string): Node => {
    const one = new RegExp(`^(?:${text})$`, single)
    return { kind: 'set', holds: (character) => one.test(character), source: text }
  }
  const take = (pattern: RegExp): string | undefined => {
    const sticky = new RegExp(pattern.source, 'sy')
    sticky.lastIndex = at
    const [found] = sticky.exec(source) ?? []
    if (found !== undefined) at += found.length
    return found
  }
  const atom = (): Node => {
    const edge = take(/\^|\$|\\b|\\B/)
    if (edge !== undefined) return { kind: 'edge', source: edge }
    if (take(/\(\?[=!]/) !== undefined) return { kind: 'look', negated: source[at - 1] === '!', options: rest() }
    if (take(/\(\?:/) !== undefined) return { kind: 'group', index: undefined, options: rest() }
    if (take(/\((?:\?<\w+>)?(?!\?)/) !== undefined) return { kind: 'group', index: (groups += 1), options: rest() }
    const back = take(/\\[1-9]/)
    if (back !== undefined) return { kind: 'back', group: Number(back[1]) }
    const text = take(/\[(?:\\.|[^\]\\])*\]|\\[pP]\{[^}]*\}|\\x[\da-fA-F]{2}|\\u[\da-fA-F]{4}|\\u\{[\da-fA-F]+\}|\\.|\.|[^()[\]*+?|]/)
    if (text === undefined) throw new Error(`Unknown at ${at} of /${source}/`)
    return set(text)
  }
  const rest = (): Node[][] => {
    const options = alternatives()
    if (take(/\)/) === undefined) throw new Error(`No end at ${at} of /${source}/`)
    return options
  }
  const alternatives = (): Node[][] => {
    const options: Node[][] = [[]]
    while (at < source.length && source[at] !== ')') {
      if (take(/\|/) !== undefined) {
        options.push([])
        continue
      }
      const node = atom()
      const written = take(/[*+?]|\{\d+(?:,\d*)?\}/)
      options.at(-1)?.push(written === undefined ? node : { kind: 'repeat', node, ...timesOf(written), lazy: take(/\?/) !== undefined })
    }
    return options
  }
  const options = alternatives()
  if (at < source.length) throw new Error(`Left over at ${at} of /${source}/`)
  return { source, flags, options }
}

function timesOf(written: string): { min: number; max: number } {
  if (written === '*') return { min: 0, max: Infinity }
  if (written === '+') return { min: 1, max: Infinity }
  if (written === '?') return { min: 0, max: 1 }
  const [min = '0', max] = written.slice(1, -1).split(',')
  return { min: Number(min), max: max === undefined ? Number(min) : max === '' ? Infinity : Number(max) }
}

/** The steps of one search, or with `g` of all consecutive searches. Stops counting at `enough`. */
export function stepsOf({ options, flags }: Expression, text: string, enough: number): number {
  const characters = flags.includes('u') || flags.includes('v') ? Array.from(text) : text.split('')
  const captured: string[][] = []
  let steps = 0

  const sequence = (nodes: readonly Node[], index: number, at: number, next: (at: number) => boolean): boolean => {
    const node = nodes[index]
    return node === undefined ? next(at) : match(node, at, (end) => sequence(nodes, index + 1, end, next))
  }
  const any = (list: readonly Node[][], at: number, next: (at: number) => boolean) => list.some((nodes) => sequence(nodes, 0, at, next))
  const match = (node: Node, at: number, next: (at: number) => boolean): boolean => {
    steps += 1
    if (steps > enough) return true
    switch (node.kind) {
      case 'set': {
        const character = characters[at]
        return character !== undefined && node.holds(character) && next(at + 1)
      }
      case 'edge':
        return isAtEdge(node.source, characters, at, flags) && next(at)
      case 'back': {
        const wanted = captured[node.group] ?? []
        return wanted.every((character, offset) => characters[at + offset] === character) && next(at + wanted.length)
      }
      case 'look':
        return any(node.options, at, () => true) !== node.negated && next(at)
      case 'group':
        return any(node.options, at, (end) => {
          if (node.index !== undefined) captured[node.index] = characters.slice(at, end)
          return next(end)
        })
      case 'repeat':
        return repeat(node, 0, at, next)
    }
  }
  const repeat = (node: Extract<Node, { kind: 'repeat' }>, done: number, at: number, next: (at: number) => boolean): boolean => {
    const more = () => done < node.max && match(node.node, at, (end) => (end > at || done < node.min) && repeat(node, done + 1, end, next))
    if (done < node.min) return more()
    return node.lazy ? next(at) || more() : more() || next(at)
  }

  for (let start = 0; start <= characters.length && steps <= enough;) {
    let end = -1
    const found = any(options, start, (at) => {
      end = at
      return true
    })
    if (found && !flags.includes('g')) break
    start = found && end > start ? end : start + 1
  }
  return steps
}

function isAtEdge(source: string, characters: readonly string[], at: number, flags: string): boolean {
  if (source === '^') return at === 0 || (flags.includes('m') && characters[at - 1] === '\n')
  if (source === '$') return at === characters.length || (flags.includes('m') && characters[at] === '\n')
  const isWord = (index: number) => /\w/.test(characters[index] ?? '')
  return (isWord(at - 1) !== isWord(at)) === (source === '\\b')
}

const pool = [...Array.from(' aZ0.,<>("\'@-_:;/\\=|*?%&\n\r\té\u0301+~#$[]{}'), '🙂']

/** Texts that reach every part of the expression, to be followed by something that fails there. */
export function waysInto({ options }: Expression): { prefixes: string[]; units: string[] } {
  const prefixes = new Set(['', '\u0001'])
  const units = new Set([...pool, 'a@', 'a.', '("', 's.'])
  const sample = (node: Node, before: string): string => {
    switch (node.kind) {
      case 'set':
        return characterOf(node)
      case 'group': {
        const all = node.options.map((nodes) => walk(nodes, before))
        return all[0] ?? ''
      }
      case 'repeat': {
        const once = sample(node.node, before)
        if (node.max > 1 && once !== '') units.add(once)
        return once.repeat(Math.max(node.min, 1))
      }
      case 'edge':
      case 'back':
      case 'look':
        return ''
    }
  }
  const walk = (nodes: readonly Node[], before: string): string => {
    let text = before
    for (const node of nodes) {
      text += sample(node, text)
      prefixes.add(text)
    }
    return text.slice(before.length)
  }
  for (const nodes of options) walk(nodes, '')
  return { prefixes: [...prefixes], units: [...units] }
}

function characterOf({ holds, source }: Extract<Node, { kind: 'set' }>): string {
  const literal = source.replace(/^\\(?=[^\w])/, '')
  return (
    [literal, ...pool, ...Array.from('bcdefghijklmnopqrstuvwxyz123456789'), '\u00a0', '\u202a'].find(
      (each) => Array.from(each).length === 1 && holds(each),
    ) ?? ''
  )
}
