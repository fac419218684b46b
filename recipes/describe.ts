// A recipe as one sentence, in English or in French: what its owner reads in the list, and what a screen reader says.
import type { Language } from './language.ts'
import { conditionWords, quoted, wordsOf } from './condition-words.ts'
import { membersOf } from './group.ts'
import type { Action, BoardRef, ConditionGroup, ConditionNode, NewItem, RecipeBody, Trigger } from './recipe.ts'
import { list } from './words.ts'

/** Names of what the recipe knows only by id. Without a name, the sentence says "a board". */
export type Names = {
  board(board: BoardRef): string | undefined
  group?(board: BoardRef, id: string): string | undefined
  column?(board: BoardRef, id: string): string | undefined
}

export function describe(recipe: RecipeBody, language: Language, names: Names): string {
  const words = wordsOf[language]
  const actions = recipe.actions.map((action) => actionWords(action, language, names)).join(words.andThen)
  return words.recipe(triggerWords(recipe.trigger, language, names), groupWords(recipe.conditions, language), actions)
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
  if ('field' in node) return conditionWords(node, language)
  const words = groupWords(node, language) ?? wordsOf[language].always
  return siblings > 1 ? `(${words})` : words
}

function triggerWords(trigger: Trigger, language: Language, names: Names): string {
  const words = wordsOf[language]
  if (trigger.kind === 'mail-received') return words.trigger(trigger, '', '')
  const column = 'column' in trigger ? columnWords(trigger.board, trigger.column, language, names) : ''
  return words.trigger(trigger, words.onBoard(boardWords(trigger.board, language, names)), column)
}

function actionWords(action: Action, language: Language, names: Names): string {
  const words = wordsOf[language]
  switch (action.kind) {
    case 'create-item':
      return words.createItem(action, placeWords(action, language, names))
    case 'add-update':
      return words.addUpdate(action, itemWords(action, language, names), words.onBoard(boardWords(action.board, language, names)))
    case 'set-columns': {
      const columns = Object.keys(action.columns).map((id) => columnWords(action.board, id, language, names))
      return words.setColumns(columns, itemWords(action, language, names))
    }
    case 'send-mail':
      return words.sendMail(action)
  }
}

function placeWords(item: Pick<NewItem, 'board' | 'group'>, language: Language, names: Names): string {
  const words = wordsOf[language]
  const group = item.group === undefined ? undefined : names.group?.(item.board, item.group)
  return `${words.onBoard(boardWords(item.board, language, names))}${group === undefined ? '' : words.inGroup(quoted(group, language))}`
}

function itemWords(action: Extract<Action, { kind: 'add-update' | 'set-columns' }>, language: Language, names: Names): string {
  const column = action.find.by === 'column' ? columnWords(action.board, action.find.column, language, names) : ''
  return wordsOf[language].find(action.find, column)
}

function boardWords(board: BoardRef, language: Language, names: Names): string {
  const name = names.board(board)
  return name === undefined ? wordsOf[language].aBoard : quoted(name, language)
}

function columnWords(board: BoardRef | undefined, id: string, language: Language, names: Names): string {
  const name = board === undefined ? undefined : names.column?.(board, id)
  return wordsOf[language].aColumn(name === undefined ? undefined : quoted(name, language))
}
