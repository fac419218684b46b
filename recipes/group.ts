// Conditions, and groups of conditions in which all, any or none must hold.
import { z } from 'zod'
import { type Condition, conditions } from './conditions/conditions.ts'
import { limits } from './limits.ts'

export type ConditionGroup = { all: ConditionNode[] } | { any: ConditionNode[] } | { none: ConditionNode[] }
export type ConditionNode = Condition | ConditionGroup

const condition = conditions.schema.meta({ id: 'Condition' })

/** Written out level by level and not as a recursion: the depth is part of the schema, and no input can exhaust the stack. */
function groupAt(depth: number): z.ZodType<ConditionGroup> {
  const node: z.ZodType<ConditionNode> = depth === limits.depth ? condition : z.union([condition, groupAt(depth + 1)])
  const nodes = z.array(node).max(limits.nodes)
  return z
    .union([z.strictObject({ all: nodes }), z.strictObject({ any: nodes }), z.strictObject({ none: nodes })])
    .meta({ id: depth === 1 ? 'ConditionGroup' : `ConditionGroupAtDepth${depth}` })
}

export const conditionGroup = groupAt(1)

export function membersOf(group: ConditionGroup): { kind: 'all' | 'any' | 'none'; members: ConditionNode[] } {
  if ('all' in group) return { kind: 'all', members: group.all }
  if ('any' in group) return { kind: 'any', members: group.any }
  return { kind: 'none', members: group.none }
}
