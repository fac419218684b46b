// The kinds of boards that this server has: where another kind is added.
import { builtInBoards } from './built-in/target.ts'
import type { BoardTarget, TargetKind, Targets } from './board-target.ts'

const all: readonly BoardTarget[] = [builtInBoards]

export const targetsOf = (targets: readonly BoardTarget[] = all): Targets =>
  new Map<TargetKind, BoardTarget>(targets.map((target) => [target.kind, target]))
