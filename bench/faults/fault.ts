import type { Role } from '../../test/support/replicas.ts'
import type { World } from '../harness/world.ts'

/** Parameters of the random fault. */
type Circumstances = { seed: number; mails: number; kills: number }

/** A row of the fault table. Injects a fault and checks the result: throws if it is wrong, and may return a figure to print. */
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
