import type { Role } from '../../test/support/replicas.ts'
import type { World } from '../harness/world.ts'

/** Of the random one. */
type Circumstances = { seed: number; mails: number; kills: number }

/** A row of the fault table: what is done to the world, what must come of it. Throws where it does not; may give a figure to print. */
export type Fault =
  | {
      title: string
      settings?: Record<string, string>
      roles?: Role[]
      inject(world: World, circumstances: Circumstances): Promise<string | void>
    }
  | { title: string; refused: string }

export type Faults = Record<string, Fault>

export function demand(condition: unknown, otherwise: string): asserts condition {
  if (!condition) throw new Error(otherwise)
}
