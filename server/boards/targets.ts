// The kinds of boards that this server has: where another kind is added.
import { builtInBoards } from './built-in/target.ts'
import type { BoardTarget, TargetKind, Targets } from './board-target.ts'

/** Those of this server itself, and others beside them. */
export const targetsOf = (others: readonly BoardTarget[] = []): Targets =>
  new Map<TargetKind, BoardTarget>([builtInBoards, ...others].map((target) => [target.kind, target]))
