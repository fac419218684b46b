/** The text before an item: its number in the style of the list, or a dash. */
export function listMarker(number: number, type: string): string {
  if (type === 'a' || type === 'A') return `${inCase(alphabetic(number), type)}. `
  if (type === 'i' || type === 'I') return `${inCase(roman(number), type)}. `
  return `${number}. `
}

const inCase = (marker: string, type: string) => (type === type.toUpperCase() ? marker.toUpperCase() : marker)

function alphabetic(number: number): string {
  if (number < 1) return String(number)
  let letters = ''
  for (let rest = number; rest > 0; rest = Math.floor((rest - 1) / 26)) letters = String.fromCharCode(97 + ((rest - 1) % 26)) + letters
  return letters
}

const romans: [number, string][] = [
  [1000, 'm'], [900, 'cm'], [500, 'd'], [400, 'cd'], [100, 'c'], [90, 'xc'], [50, 'l'], [40, 'xl'], [10, 'x'], [9, 'ix'], [5, 'v'], [4, 'iv'], [1, 'i'],
] // prettier-ignore

function roman(number: number): string {
  if (number < 1 || number > 3999) return String(number)
  let rest = number
  return romans
    .map(([value, letters]) => {
      const times = Math.floor(rest / value)
      rest %= value
      return letters.repeat(times)
    })
    .join('')
}
