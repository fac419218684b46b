// A recipe as one sentence, in English or in French: what its owner reads in the list, and what a screen reader says.
import { actions } from './actions/actions.ts'
import { conditions } from './conditions/conditions.ts'
import { type ConditionGroup, type ConditionNode, membersOf } from './group.ts'
import type { Language } from './language.ts'
import type { RecipeBody } from './recipe.ts'
import type { Say } from './say.ts'
import type { BoardRef } from './shape.ts'
import { triggers } from './triggers.ts'
import { list } from './words.ts'
import { quoted, wordsOf } from './words-of.ts'

/** Names of what the recipe knows only by id. Without a name, the sentence says "a board". */
export type Names = {
  board(board: BoardRef): string | undefined
  group?(board: BoardRef, id: string): string | undefined
  column?(board: BoardRef, id: string): string | undefined
}

export function describe(recipe: RecipeBody, language: Language, names: Names): string {
  const words = wordsOf[language]
  const say = sayIn(language, names)
  const done = recipe.actions.map((action) => actions.says(action, language, say)).join(words.andThen)
  return words.recipe(triggers.says(recipe.trigger, language, say), groupWords(recipe.conditions, language), done)
}

/** Null for a group that every email matches: it needs no words. */
function groupWords(group: ConditionGroup, language: Language): string | null {
  const words = wordsOf[language]
  const { kind, members } = membersOf(group)
  if (members.length === 0) return kind === 'any' ? words.never : null
  const each = members.map((member) => memberWords(member, members.length, language))
  if (kind === 'none') return words.noneOf(list(each, words.or))
  return list(each, kind === 'all' ? words.and : words.or)
}

function memberWords(node: ConditionNode, siblings: number, language: Language): string {
  if ('field' in node) return conditions.says(node, language)
  const words = groupWords(node, language) ?? wordsOf[language].always
  return siblings > 1 ? `(${words})` : words
}

function sayIn(language: Language, names: Names): Say {
  const words = wordsOf[language]
  const called = (name: string | undefined) => (name === undefined ? undefined : quoted(name, language))
  const onBoard = (board: BoardRef) => words.onBoard(called(names.board(board)) ?? words.aBoard)
  const column = (board: BoardRef | undefined, id: string) => words.aColumn(called(board && names.column?.(board, id)))
  return {
    quote: words.quote,
    list: (all) => list(all, words.and),
    onBoard,
    inPlace({ board, group }) {
      const name = called(group === undefined ? undefined : names.group?.(board, group))
      return onBoard(board) + (name === undefined ? '' : words.inGroup(name))
    },
    column,
    itemFound: (find, board) => (find.by === 'conversation' ? words.ofConversation : words.foundBy(column(board, find.column))),
    withFiles: (attachments) => (attachments === 'files' ? words.withFiles : ''),
  }
}
