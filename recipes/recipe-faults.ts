// What a schema cannot see: depth, patterns, templates. Each fault with its place.
import { type Action, actions } from './actions/actions.ts'
import { fold } from './fold.ts'
import { type ConditionNode, membersOf } from './group.ts'
import type { Issue } from './issue.ts'
import type { RecipeBody } from './recipe.ts'
import { limits } from './limits.ts'
import { type PatternBudget, patternIssue } from './regex.ts'
import { parseTemplate, type TemplateBudget } from './template.ts'
import type { TemplateNames } from './template-names.ts'

const groupKeys = ['all', 'any', 'none'] as const

/** Of a recipe, or an action by itself, as it would be stored. */
export function sizeFaults(fitting: RecipeBody | Action): Issue[] {
  const json = JSON.stringify(fitting)
  const isTooLarge = json.length > limits.recipeBytes || new TextEncoder().encode(json).length > limits.recipeBytes
  return isTooLarge ? [{ pointer: '', detail: `A recipe can have at most ${limits.recipeBytes / 1024} KB.`, code: 'too-large' }] : []
}

/** Before the schema and on any input, level by level: nothing is looked at deeper than the depth, nor once there are too many. */
export function groupFaults(input: unknown): Issue[] {
  let level = [{ node: property(input, 'conditions'), pointer: '/conditions' }]
  let count = 0
  for (let reached = 0; reached < limits.depth; reached += 1) {
    level = level.flatMap(groupMembers)
    count += level.length
    if (count > limits.allNodes)
      return [{ pointer: '/conditions', detail: `A recipe can have at most ${limits.allNodes} conditions and groups.`, code: 'too-big' }]
  }
  return level
    .filter(({ node }) => groupKeys.some((key) => Array.isArray(property(node, key))))
    .map(({ pointer }) => ({
      pointer,
      detail: `Groups of conditions can be nested at most ${limits.depth} levels deep.`,
      code: 'too-deep',
    }))
}

export function patternFaults(node: ConditionNode, pointer: string, spent: PatternBudget): Issue[] {
  if (!('field' in node)) {
    const { kind, members } = membersOf(node)
    return members.flatMap((member, index) => patternFaults(member, `${pointer}/${kind}/${index}`, spent))
  }
  const { operator } = node
  return node.values.flatMap((value, index) => {
    const place = `${pointer}/values/${index}`
    if (typeof value === 'string' && fold(value) === '' && operator !== 'is' && operator !== 'is-not')
      return [{ pointer: place, detail: 'This value is empty.', code: 'empty-value' }]
    const issue = operator === 'matches' && typeof value === 'string' ? patternIssue(value, spent) : null
    return issue === null ? [] : [{ pointer: place, detail: issue, code: 'bad-pattern' }]
  })
}

export function actionFaults(
  action: Action,
  { names, pointer }: { names: TemplateNames; pointer: string },
  spent: TemplateBudget,
): Issue[] {
  const ofTemplates = actions.templates(action).flatMap((placed): Issue[] => {
    const parsed = parseTemplate(placed.template, names, spent)
    if (!('issues' in parsed)) return []
    return parsed.issues.map(({ detail, code }) => ({ pointer: `${pointer}${placed.pointer}`, detail, code }))
  })
  const withoutMail = names === 'mail' ? [] : actions.filesAt(action)
  const needsMail = withoutMail.map((place) => ({
    pointer: `${pointer}${place}`,
    detail: 'Only an email has files to attach.',
    code: 'needs-mail',
  }))
  return [...ofTemplates, ...needsMail]
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
