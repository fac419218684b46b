// How large the body of each operation may be: as large as its content needs, and no larger. Bytes are counted as they arrive;
// tokens (values and the names of members) before the JSON is parsed.
import type { OperationName } from './operations.ts'

export type BodyLimits = { bytes: number; tokens: number }

const KiB = 1024

export const deepestBody = 64

const small: BodyLimits = { bytes: 16 * KiB, tokens: 200 }
/** A recipe of 64 KB in which every letter is escaped. */
const ofRecipe: BodyLimits = { bytes: 256 * KiB, tokens: 5000 }
const ofBoard: BodyLimits = { bytes: 512 * KiB, tokens: 10_000 }
const ofItem: BodyLimits = { bytes: 1_200_000, tokens: 10_000 }
const ofUpdate: BodyLimits = { bytes: 1_200_000, tokens: 10 }
const ofPolicy: BodyLimits = { bytes: 64 * KiB, tokens: 1100 }

const larger: Partial<Record<OperationName, BodyLimits>> = {
  createBoard: ofBoard,
  changeBoard: ofBoard,
  createItem: ofItem,
  changeItem: ofItem,
  createUpdate: ofUpdate,
  createRecipe: ofRecipe,
  replaceRecipe: ofRecipe,
  tryRecipe: ofRecipe,
  actOnMessage: ofRecipe,
  writePolicy: ofPolicy,
}

export const bodyLimitsOf = (name: OperationName): BodyLimits => larger[name] ?? small
