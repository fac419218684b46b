import type { Database } from '../../database/schema.ts'
import type { Actor } from '../../people/unit-of-work.ts'
import type { Proof } from '../board-target.ts'
import type { BoardTurns } from './board-turns.ts'
import type { MondayConnection } from './monday-client.ts'
import type { Pauses } from './pauses.ts'

export type MondayDeps = {
  db: Database
  /** Version included. */
  apiUrl: string
  /** undefined: this person is not connected to monday.com. */
  connectionOf(actor: Actor): Promise<MondayConnection | undefined>
  proof: Proof
  pauses: Pauses
  turns: BoardTurns
}
