// Patterns in which \b or \W knows only ASCII letters, because their neighbours leave open which letters are meant.
import { actions as actionKinds } from './actions/actions.ts'
import { type ConditionNode, membersOf } from './group.ts'
import type { RecipeBody } from './recipe.ts'
import { filtersOf } from './template.ts'
import { wordPattern } from './word-pattern.ts'

/** `written`: the part of the pattern. `detail` is in English, for programs; the pane has its own words by `code`. */
export type PatternWarning = { pointer: string; code: 'ascii-word'; written: string; detail: string }

export function patternWarnings({ conditions, actions }: Pick<RecipeBody, 'conditions' | 'actions'>): PatternWarning[] {
  const ofTemplates = actions.flatMap((action, index) =>
    actionKinds.templates(action).flatMap(({ pointer, template }) => {
      const extracts = filtersOf(template)
        .flat()
        .filter(({ name }) => name === 'extract')
      return extracts.flatMap(({ args: [pattern] }) => warned(pattern ?? '', `/actions/${index}${pointer}`))
    }),
  )
  return [...ofNode(conditions, '/conditions'), ...ofTemplates]
}

function ofNode(node: ConditionNode, pointer: string): PatternWarning[] {
  if (!('field' in node)) {
    const { kind, members } = membersOf(node)
    return members.flatMap((member, index) => ofNode(member, `${pointer}/${kind}/${index}`))
  }
  if (node.operator !== 'matches') return []
  return node.values.flatMap((value, index) => warned(value, `${pointer}/values/${index}`))
}

function warned(pattern: string, pointer: string): PatternWarning[] {
  const { ascii } = wordPattern(pattern)
  if (ascii === null) return []
  return [{ pointer, code: 'ascii-word', written: ascii, detail: `In this pattern, ${ascii} knows only the letters a to z.` }]
}
