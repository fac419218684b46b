// How much the language takes. What is refused here is refused before work is spent on it; docs/limits.md lists it all.

export const limits = {
  /** Of the JSON that is stored, in UTF-8. */
  recipeBytes: 64 * 1024,
  name: 200,
  values: 50,
  value: 500,
  /** In one group. */
  nodes: 50,
  depth: 4,
  /** Conditions and groups, in all groups together. */
  allNodes: 500,
  actions: 5,
  columns: 50,
  recipients: 20,
  template: 4000,
  /** In all templates of a recipe: each output and each filter is a part; a date weighs as much as five. */
  templateParts: 1000,
  dateFormat: 100,
  /** What the filters of one output may make of the sample that a template is tried on, in characters. */
  trialCharacters: 50_000,
} as const

/** How many characters a template can render to. What is longer is cut, and the run says so. */
export const renderLimits = { name: 255, column: 2000, html: 2_000_000, subject: 255, address: 320 } as const

/** Compiling costs up to 0.1 ms for each character of a pattern and 1 µs for each instruction. */
export const patternLimits = {
  characters: 1000,
  instructions: 5000,
  /** In all patterns of a recipe. A short one counts as `least`: looking for it in a text of 256 KB takes 1.5 ms too. */
  allCharacters: 2000,
  least: 20,
  allInstructions: 20_000,
  /** A text is looked at as far as this many characters. */
  text: 256 * 1024,
} as const

/** The longest text that is looked at for a value of each type, without the blanks around it. */
export const columnTextLimits = {
  text: 2000,
  long_text: 100_000,
  status: 255,
  date: 64,
  email: 2000,
  people: 25_600,
  link: 4000,
  numbers: 200,
  checkbox: 20,
  dropdown: 25_600,
  phone: 60,
} as const

export const columnLimits = { list: 100, label: 255, address: 320, url: 2000, shownText: 255, digits: 40 } as const
