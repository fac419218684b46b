// What a schema cannot see: depth, patterns, templates. Each fault with its place.
import { templatesOf } from './action.ts'
import { membersOf } from './group.ts'
import type { Issue } from './issue.ts'
import type { Action, ConditionNode, Trigger } from './recipe.ts'
import { patternIssue } from './regex.ts'
import { parseTemplate } from './template.ts'

const groupKeys = ['all', 'any', 'none'] as const

/** Runs before the schema and on any input, level by level, so that nothing is looked at deeper than the depth allows. */
export function depthFaults(input: unknown, depth: number): Issue[] {
  let level = [{ node: property(input, 'conditions'), pointer: '/conditions' }]
  for (let reached = 0; reached < depth; reached += 1) level = level.flatMap(groupMembers)
  return level
    .filter(({ node }) => groupKeys.some((key) => Array.isArray(property(node, key))))
    .map(({ pointer }) => ({
      pointer,
      detail: `Groups of conditions nest to depth ${depth}.`,
      code: 'too-deep',
    }))
}

export function patternFaults(node: ConditionNode, pointer: string): Issue[] {
  if (!('field' in node)) {
    const { kind, members } = membersOf(node)
    return members.flatMap((member, index) => patternFaults(member, `${pointer}/${kind}/${index}`))
  }
  const { operator } = node
  return node.values.flatMap((value, index) => {
    const place = `${pointer}/values/${index}`
    if (value === '' && operator !== 'is' && operator !== 'is-not')
      return [{ pointer: place, detail: 'This value is empty.', code: 'empty-value' }]
    const issue = operator === 'matches' && typeof value === 'string' ? patternIssue(value) : null
    return issue === null ? [] : [{ pointer: place, detail: issue, code: 'bad-pattern' }]
  })
}

export function actionFaults(action: Action, trigger: Trigger['kind'], pointer: string): Issue[] {
  const names = trigger === 'mail-received' ? 'mail' : 'board'
  const ofTemplates = templatesOf(action).flatMap((placed): Issue[] => {
    const parsed = parseTemplate(placed.template, names)
    if (!('issues' in parsed)) return []
    return parsed.issues.map(({ detail, code }) => ({ pointer: `${pointer}${placed.pointer}`, detail, code }))
  })
  return [...ofTemplates, ...needsMail(action, names, pointer)]
}

function needsMail(action: Action, names: 'mail' | 'board', pointer: string): Issue[] {
  if (names === 'mail') return []
  const faults = []
  if ('attachments' in action && action.attachments === 'files') faults.push('/attachments')
  if ('files' in action && action.files === true) faults.push('/files')
  return faults.map((place) => ({ pointer: `${pointer}${place}`, detail: 'Only a mail brings files.', code: 'needs-mail' }))
}

function groupMembers({ node, pointer }: { node: unknown; pointer: string }): { node: unknown; pointer: string }[] {
  return groupKeys.flatMap((key) => {
    const members = property(node, key)
    return Array.isArray(members) ? members.map((member: unknown, index) => ({ node: member, pointer: `${pointer}/${key}/${index}` })) : []
  })
}

function property(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined
}
