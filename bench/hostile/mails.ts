// Bodies that a stranger can send: each produces many times n characters of HTML, or a pattern and a text that is hard for it. They
// include known slow cases of parsers, tables, entities and expressions.

import { randomText } from '../../test/support/random-text.ts'

export type Generator = {
  name: string
  html: (size: number) => string
  /** A pattern without a match. */ pattern?: string
}

/** `unit` repeated as many times as it fits. */
const filled = (unit: string, size: number): string => unit.repeat(Math.max(1, Math.floor(size / unit.length)))
const nested = (tag: string, size: number): string => {
  const times = Math.max(1, Math.floor(size / (2 * tag.length + 5)))
  return `<${tag}>`.repeat(times) + 'x' + `</${tag}>`.repeat(times)
}
const repeated = (name: string, unit: string, before = '', after = ''): Generator => ({
  name,
  html: (size) => before + filled(unit, size) + after,
})

const tables: Generator[] = [
  {
    name: 'one cell that spans a million columns',
    html: (size) => `<table><tr><td colspan=1000000 rowspan=1000>x</table>${filled('y ', size)}`,
  },
  { name: 'one cell that spans 30,000 rows', html: (size) => `<table><tr><td rowspan=30000 colspan=300>x</table>${filled('y ', size)}` },
  repeated('rows that never close', '<tr><td>x', '<table>'),
  repeated('cells that span', '<td rowspan=65534 colspan=1000>x', '<table><tr>'),
  repeated('rows of spanning cells', '<tr><td rowspan=9 colspan=9>x</td></tr>', '<table>', '</table>'),
  repeated('tables in a row', '<table><tr><td>x</td></tr></table>'),
  { name: 'tables within tables', html: (size) => filled('<table><tr><td>', size) },
  repeated('captions and heads', '<table><caption>a<thead><tr><th>b<tbody><tr><td>c</table>'),
  repeated('columns', '<col span=1000>', '<table><colgroup>'),
]

const nesting: Generator[] = [
  ...['div', 'b', 'blockquote', 'font', 'a', 'li', 'p', 'ul', 'span', 'pre'].map((tag): Generator => ({
    name: `nested ${tag}`,
    html: (size) => nested(tag, size),
  })),
  repeated('marks that never close', '<b><i><u>'),
  repeated('links that never close', '<a href="https://example.org/">'),
  repeated('ends without beginnings', '</div></p></b>'),
  repeated('misnested marks', '<b><i></b></i>'),
  repeated('250 deep, again and again', `${'<div>'.repeat(250)}x${'</div>'.repeat(250)}`),
  repeated('lists within lists', '<ul><li>x'),
  repeated('definition lists', '<dl><dt>a<dd>b'),
  repeated('options and buttons', '<select><option>a<optgroup><button>'),
]

const marks: Generator[] = [
  repeated('signs', '<'),
  repeated('half marks', '<a '),
  repeated('comments that never close', '<!--'),
  repeated('comments', '<!-- a -->'),
  repeated('declarations', '<!doctype x>'),
  repeated('character data', '<![CDATA[x]]>'),
  repeated('instructions', '<?x y?>'),
  repeated('attributes', 'a=1 ', '<p ', '>'),
  repeated('attributes without an end', ` a="${'x'.repeat(40)}`, '<p'),
  repeated('one attribute', 'x', '<a href="https://example.org/', '">y</a>'),
  repeated('styles', '<p style="a:b;c:d;e:f">x</p>'),
  repeated('scripts', '<script>x</script>'),
  repeated('hidden text', '<div style="display:none">x</div>'),
  repeated('pictures within the text', `<img src="data:image/png;base64,${'A'.repeat(900)}">`),
  repeated('raw texts that never close', '<textarea><title><xmp>'),
  repeated('svg and math', '<svg><math><mtext><style>'),
  repeated('frames', '<iframe srcdoc="<p>x">'),
  repeated('links', '<a href="javascript:x">y</a>'),
  repeated('cid links', '<img src="cid:'),
]

const texts: Generator[] = [
  repeated('entities', '&amp;'),
  repeated('half entities', '&amp'),
  repeated('numeric entities', '&#x1F600;'),
  repeated('entities that are none', '&notanentity;'),
  repeated('spaces', ' ', '<p>x', 'y'),
  repeated('line breaks', '<br>'),
  repeated('lines of text', 'word\n', '<pre>', '</pre>'),
  repeated('combining marks', 'e\u0301\u0323'),
  repeated('Hangul that composes', '\u1112\u1161\u11ab'),
  repeated('one letter', 'a'),
  repeated('letters that grow', '\ufdfa'),
  repeated('sharp s', '\u00df'),
  repeated('surrogate halves', '\ud83d'),
  repeated('NUL', '\0'),
  repeated('right to left', '\u202e\u05d0'),
]

/** Random text, which an automaton cannot cache. */
const onRandom = (pattern: string, letters: string): Generator => ({
  name: `${pattern} on ${letters}`,
  pattern,
  html: (size) => randomText(letters, size),
})

const patterns: Generator[] = [
  onRandom('a.{0,40}b.{0,40}z', 'ab'),
  onRandom('(.{0,200})EUR', 'abcdeEUR '),
  onRandom('(a+)+$', 'ab'),
  onRandom('(a|aa)+$', 'ab'),
  onRandom('(?:[a-z ]{1,60}){3}@@', 'abc '),
  onRandom('x*x*x*x*x*x*x*x*y', 'xz'),
  onRandom('(?:foo.{0,30}bar|bar.{0,30}foo).{0,30}baz', 'fobar '),
  onRandom('(?:\\pL{1,20}\\s){1,9}!', 'été война '),
  onRandom('(?:a?){100}a{100}', 'ab'),
  onRandom('[ab]*a[ab]{12}c', 'ab'),
]

const looks: Generator[] = [
  repeated('classes', 'a ', '<style>.z{display:none}</style><p class="', '">x'),
  repeated('rules of style', '.a,.b i,#c{display:none}', '<style>', '</style><p class="a">x'),
  repeated('rules within rules', '@media x{', '<style>'),
  repeated('elements that rules name', '<b class="a b c">x</b>', '<style>.a{color:red}.b{color:blue}b{font-size:9px}</style>'),
  repeated('declarations', 'display:none;', '<p style="', '">x'),
  repeated('quotes in a style', `a:"b;'c(`, "<p style='", `'>x`),
  repeated('alternative texts', '<a href="http://a"><img alt="x"></a>'),
  repeated('numbered lists', '<ol reversed><li value=9>x</ol>'),
  repeated('symbols', '<font face=Wingdings>J</font>'),
  repeated('joiners', '\u200d\u034f'),
  repeated('words between cells', 'x<tr>y', '<table>'),
  repeated('islands', '<xml><o:a>x<p>', '<noscript>'),
]

export const generators: readonly Generator[] = [...tables, ...nesting, ...marks, ...texts, ...patterns, ...looks]
