// What only timing shows about hostile input: the worst recipes of 64 KB, and texts of 256 KB compared with those of 64 KB.
import { matches } from '../../recipes/regex.ts'
import { fold } from '../../recipes/fold.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import { columnTypeNames, fromText } from '../../recipes/column.ts'
import { besideFew, type Result, rounded } from '../result.ts'

const list = <Entry>(length: number, entry: (index: number) => Entry): Entry[] => Array.from({ length }, (_, index) => entry(index))
const board = { target: 'built-in', id: 'b' }
const item = (columns: Record<string, string> = {}) => ({ kind: 'create-item', board, name: 'x', columns })
const recipe = (overrides: object) => ({ name: 'R', trigger: { kind: 'mail-received' }, actions: [item()], ...overrides })
const patterns = (round: number, one: string, most: number) =>
  recipe({
    conditions: {
      any: list(50, (at) => ({
        field: 'subject',
        operator: 'matches',
        values: list(most, (index) => `${round}.${at * most + index}${one}`),
      })),
    },
  })
const templates = (round: number, one: string) =>
  recipe({
    actions: list(5, (at) =>
      item(Object.fromEntries(list(3, (index) => [`c${index}`, `${round}${at}${index}${one.repeat(3900 / one.length)}`]))),
    ),
  })

const recipes: Record<string, (round: number) => unknown> = {
  'negated classes': (round) => patterns(round, '[^\\pL]'.repeat(80), 2),
  'repeated classes': (round) => patterns(round, '((\\PL{30}){30})', 40),
  'large repetitions': (round) => patterns(round, '.{999}'.repeat(70), 2),
  'short patterns': (round) => patterns(round, '\\PL', 50),
  outputs: (round) => templates(round, '{{message.subject}}'),
  dates: (round) => templates(round, '{{message.receivedAt|date:"%c","Asia/Tokyo"}}'),
  'long replacements': (round) => templates(round, `{{message.subject${'|replace:"","xxxxxxxx"'.repeat(5)}}}`),
  'empty groups': () => recipe({ conditions: { all: list(50, () => ({ all: list(50, () => ({ any: [{}, {}, {}] })) })) } }),
}

const texts: Record<string, (size: number) => void> = {
  'marks to fold': (size) => void fold(`a${'\u0301\u0316'.repeat(size / 2)}`),
  'marks for a pattern': (size) => void matches('x$', `a${'\u0301\u0316'.repeat(size / 2)}`),
  'blanks for each type of column': (size) => columnTypeNames.forEach((type) => fromText(type, `${' '.repeat(size)}x${'<'.repeat(size)}`)),
}

export function benchRecipes(rounds: number): Result[] {
  const ofRecipes = Object.entries(recipes).map(([name, of]) => {
    const ms = fastest(rounds, (round) => {
      const input = of(round)
      return () => void parseRecipe(input)
    })
    return { ...besideFew({ name: `A recipe of ${name}`, unit: 'ms', notes: 'at most 200 ms' }, ms, ms), baseline: null, ratio: null }
  })
  const ofTexts = Object.entries(texts).map(([name, work]) => {
    const [few, many] = [65_536, 262_144].map((size) => fastest(rounds, () => () => work(size)))
    return besideFew({ name: `256 KB beside 64 KB: ${name}`, unit: 'ms', notes: 'linear: 4' }, few ?? 0, many ?? 0)
  })
  return [...ofRecipes, ...ofTexts]
}

/** Other work on the machine only makes it slower. Each round has its own input, so that nothing is cached. */
function fastest(rounds: number, prepare: (round: number) => () => void): number {
  const took = list(rounds, (round) => {
    const work = prepare(round)
    const since = performance.now()
    work()
    return performance.now() - since
  })
  return rounded(Math.min(...took))
}
