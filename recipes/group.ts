import type { ConditionGroup, ConditionNode } from './recipe.ts'

export function membersOf(group: ConditionGroup): { kind: 'all' | 'any' | 'none'; members: ConditionNode[] } {
  if ('all' in group) return { kind: 'all', members: group.all }
  if ('any' in group) return { kind: 'any', members: group.any }
  return { kind: 'none', members: group.none }
}
