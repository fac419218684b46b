// Fonts whose letters are drawn as symbols: Word writes ☺ as the letter J in Wingdings. A reader sees the symbol.

export type SymbolFont = ReadonlyMap<number, string>

/** The first family of a list decides: it exists wherever email is read. */
export function symbolFontOf(families: string): SymbolFont | undefined {
  const [first = ''] = families.split(',', 1)
  return fonts.get(first.replace(/["']/g, '').trim().toLowerCase())
}

/** A letter without a known symbol stays a letter. Symbols may be written as private characters, from U+F000 on. */
export function inSymbols(text: string, font: SymbolFont): string {
  return Array.from(text, (character) => font.get(placeOf(character)) ?? character).join('')
}

function placeOf(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0
  if (codePoint >= 0xf020 && codePoint <= 0xf0ff) return codePoint - 0xf000
  const place = windows1252.indexOf(character)
  return place < 0 ? codePoint : 0x80 + place
}

/** 0x80 to 0x9F in the code page of these fonts. */
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

/** In order, from `first` on; a space for a place without a symbol. */
const row = (first: number, symbols: string): [number, string][] =>
  Array.from(symbols).flatMap((symbol, at): [number, string][] => (symbol === ' ' ? [] : [[first + at, symbol]]))

const wingdings: SymbolFont = new Map([
  ...row(0x21, '🖉✂✁👓🕭🕮🕯🕿✆🖂🖃📪📫📬📭📁📂📄🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍🖎✌👌👍👎☜☞☝☟🖐☺😐☹💣☠🏳🏱✈☼💧❄🕆✞🕈✠✡☪☯ॐ☸♈♉♊♋♌♍♎♏♐♑♒♓'),
  ...row(0x6a, '🙰🙵●❍■□🞐❑❒⬧⧫◆❖⬥⌧⮹⌘🏵🏶🙶🙷'),
  ...row(0x80, '⓪①②③④⑤⑥⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿🙢🙠🙡🙣🙞🙜🙝🙟·•▪○🞆🞈◉◎🔿▪◻🟂✦★✶✴✹✵⯐⌖⟡⌑⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘🕙🕚🕛'),
  ...row(0xd5, '⌫⌦⮘➢⮙⮛⮈⮊⮉⮋←→↑↓↖↗↙↘🡸➔🡹🡻🡼🡽🡿🡾⇦⇨⇧⇩⇔⇕⬀⬁⬃⬂▭▫✗✓☒☑'),
])
const wingdings2: SymbolFont = new Map([...row(0x4f, '✗✓☒☑'), ...row(0x53, '☒☒'), ...row(0x97, '•●')])
const wingdings3: SymbolFont = new Map([...row(0x66, '←→↑↓↖↗↙↘'), ...row(0x70, '▲▼△▽◄►◁▷')])
const webdings: SymbolFont = new Map([...row(0x33, '⏴⏵⏶⏷⏪⏩⏮⏭⏸⏹⏺'), [0x61, '✓'], [0x72, '✕'], [0x59, '♥'], [0x69, 'ℹ']])
const symbol: SymbolFont = new Map([
  ...row(0x41, 'ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ'),
  ...row(0x61, 'αβχδεφγηιϕκλμνοπθρστυϖωξψζ'),
  ...row(0xa3, '≤⁄∞'),
  ...row(0xa7, '♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…'),
  ...row(0xdb, '⇔⇐⇑⇒⇓'),
])
const fonts = new Map([['wingdings', wingdings], ['wingdings 2', wingdings2], ['wingdings 3', wingdings3], ['webdings', webdings], ['symbol', symbol]]) // prettier-ignore
