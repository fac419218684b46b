import type { Part } from './judge-mail.ts'

/** The work took more time or memory than one message may, and was stopped. */
export class TooHeavy extends Error {
  override name = 'TooHeavy'
  part: Part
  /** The index of the recipe. */
  recipe: number
  /** All of the work together was too heavy, not this part of it. */
  isWhole: boolean

  constructor({ part, recipe, isWhole }: { part: Part; recipe: number; isWhole: boolean }) {
    super(`The work on a mail was too much (${part})`)
    this.part = part
    this.recipe = recipe
    this.isWhole = isWhole
  }
}

/** Too much heavy work is already waiting: try again later. */
export class Busy extends Error {
  override name = 'Busy'
  constructor() {
    super('There is too much heavy work at the moment')
  }
}
