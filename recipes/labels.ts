// The labels of a status or dropdown column, found as people write them.
import { fold } from './fold.ts'
import { columnLimits } from './limits.ts'

/** The label as the column writes it, whatever its case in the value; without labels any short text is one. */
export function oneLabel(value: unknown, labels: readonly string[] | undefined): string | null {
  if (typeof value !== 'string' || value.length > columnLimits.label || value.trim() === '') return null
  return labels === undefined ? value : labelFrom(labelsByFold(labels), value)
}

/** Separated by commas, semicolons or line breaks, which may stand within a label too: of several readings, the longest labels count. */
export function labelsFromText(text: string, labels: readonly string[] | undefined): string[] {
  const pieces = piecesOf(text.slice(0, readLetters))
  if (labels === undefined) return pieces.map(withoutSeparator).filter((piece) => piece !== '')
  const whole = oneLabel(text, labels)
  if (whole !== null) return [whole]
  const most = Math.min(mostPieces, Math.max(1, ...labels.map((label) => piecesOf(label).length)))
  const found: string[] = []
  let triesLeft = mostTries
  for (let at = 0; at < Math.min(pieces.length, mostTries) && found.length <= columnLimits.list;) {
    const taken = longestFrom(pieces, at, triesLeft > 0 ? most : 1, labels)
    triesLeft -= most
    if (taken.label !== '') found.push(taken.label)
    at += taken.count
  }
  return found
}

/** A label with more separators than this is found where it stands alone. */
const mostPieces = 20

/** More than a hundred labels of their full length. What stands behind it would have no room. */
const readLetters = 2 * columnLimits.list * columnLimits.label
/** Of readings of several pieces; after them each piece is read alone. A board has up to fifty such columns. */
const mostTries = 400

/** Where none of the labels stands, the piece itself. */
function longestFrom(pieces: readonly string[], at: number, most: number, labels: readonly string[]): { label: string; count: number } {
  for (let count = Math.min(most, pieces.length - at); count > 0; count -= 1) {
    const label = oneLabel(withoutSeparator(pieces.slice(at, at + count).join('')), labels)
    if (label !== null) return { label, count }
  }
  return { label: withoutSeparator(pieces[at] ?? ''), count: 1 }
}

/** Each with the separator that ends it. */
const piecesOf = (text: string): string[] => text.match(/[^,;\n]+[,;\n]?|[,;\n]/g) ?? []

const withoutSeparator = (piece: string) => piece.replace(/[,;\n]$/, '').trim()

/** Items hold labels as the column writes them: what is looked for so needs no folding. */
const labelFrom = (known: ReadonlyMap<string, string>, value: string) => known.get(value) ?? known.get(fold(value).trim()) ?? null

const foldedLabels = new WeakMap<readonly string[], Map<string, string>>()

/** A board has up to 5,000 labels, and a page of items 10,000 cells: the labels of a column are folded once. */
function labelsByFold(labels: readonly string[]): Map<string, string> {
  const known = foldedLabels.get(labels)
  if (known !== undefined) return known
  const byFold = new Map<string, string>()
  for (const label of labels) {
    const folded = fold(label).trim()
    // Of two that fold to the same the first counts.
    const first = byFold.get(folded) ?? label
    byFold.set(folded, first).set(label, first)
  }
  foldedLabels.set(labels, byFold)
  return byFold
}
