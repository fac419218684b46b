// What HTML elements mean to a reader: which are never visible, which are lines or paragraphs, and which tag of the closed list each
// becomes.

const names = (list: string) => list.split(' ')

/** Never visible, with all their content. */
const neverShown = new Set(
  names('script style title template iframe noembed noframes datalist rp frameset annotation annotation-xml desc metadata defs'),
)
/** Office's settings are not visible either. `o:p` and `w:sdt` enclose text of the message. */
export const isOfficeSetting = (name: string) => name === 'xml' || (name.includes(':') && /^(o:(?!p$)|w:(?!sdt$)|x:|m:mathpr$)/.test(name))
export const isNeverShown = (name: string): boolean => neverShown.has(name) || isOfficeSetting(name)

/** Office's elements, with end tags that HTML does not know. */
export const isOfOffice = (name: string) => name === 'xml' || name.includes(':')

export const voids = new Set(
  names('area base basefont bgsound br col embed frame hr image img input keygen link meta param source track wbr'),
)

/** Inline elements that are kept as they are. */
const kept = names('a abbr b code del em i ins s small strong sub sup u')
const inlineAs: ReadonlyMap<string, string> = new Map([
  ...kept.map((name): [string, string] => [name, name]),
  ['strike', 's'],
  ['acronym', 'abbr'],
])

/** Elements that begin a line, and what they become. */
const blocks = names('blockquote dd div dl dt h1 h2 h3 h4 h5 h6 li ol p pre ul')
const divisions = names(
  'address article aside center details dialog fieldset figcaption figure footer form header hgroup legend main nav search section summary',
)
const blockAs: ReadonlyMap<string, string> = new Map([
  ...blocks.map((name): [string, string] => [name, name]),
  ...divisions.map((name): [string, string] => [name, 'div']),
  ['dir', 'ul'],
  ['menu', 'ul'],
  ['listing', 'pre'],
  ['plaintext', 'pre'],
  ['xmp', 'pre'],
])

const known = new Set(names('a b body br center em font html i img span strong table tbody td tr u'))
/** Certainly HTML: svg, math and Office's islands end before these. */
export const isPlainHtml = (name: string) => known.has(name) || blockAs.has(name)

export const isBlock = (name: string) => blockAs.has(name)
/** Empty if an element has no mark of its own. */
export const shownAs = (name: string): string => blockAs.get(name) ?? inlineAs.get(name) ?? ''

export const tableParts = new Set(names('caption table tbody td tfoot th thead tr'))
export const tableSections = new Set(names('tbody tfoot thead'))
export const isCell = (name: string) => name === 'td' || name === 'th' || name === 'caption'

/** Boxes within a line: their content is not joined with its neighbours. */
export const boxes = new Set(names('audio button canvas marquee object select textarea video'))
/** Lines within such a box. */
export const boxLines = new Set(names('optgroup option'))

/** The end of these also ends everything open in them. The ends of others do not end a block. */
export const formatting = new Set(names('a b big code em font i nobr s small strike strong tt u'))

/** The start of one of these ends an open paragraph. */
export const endsParagraph = (name: string) => blockAs.has(name) || name === 'table' || name === 'hr'

/** These end when another one of the same kind begins, unless one of the listed elements is between them. */
export const endedBySibling: ReadonlyMap<string, { siblings: string[]; within: string[] }> = new Map([
  ['li', { siblings: ['li'], within: ['ul', 'ol', 'menu', 'dir'] }],
  ['dt', { siblings: ['dt', 'dd'], within: ['dl'] }],
  ['dd', { siblings: ['dt', 'dd'], within: ['dl'] }],
  ['option', { siblings: ['option'], within: ['select', 'datalist'] }],
  ['optgroup', { siblings: ['option', 'optgroup'], within: ['select'] }],
  ['rt', { siblings: ['rt', 'rp'], within: ['ruby'] }],
  ['rp', { siblings: ['rt', 'rp'], within: ['ruby'] }],
  ['a', { siblings: ['a'], within: [] }],
  ['area', { siblings: ['a'], within: [] }],
])
