import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { describe } from '../../recipes/describe.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { boardsQuery } from '../api/queries.ts'
import { useLanguage } from '../shell/use-text.ts'

/** A recipe as one sentence, in the language of the pane, with the boards by name. */
export function useSentence() {
  const language = useLanguage()
  const { data: boards } = useQuery(boardsQuery)
  return useCallback(
    (recipe: RecipeBody): string => {
      const find = (id: string) => boards?.find((board) => board.id === id)
      return describe(recipe, language, {
        board: ({ id }) => find(id)?.name,
        group: ({ id }, groupId) => find(id)?.groups.find((group) => group.id === groupId)?.title,
        column: ({ id }, columnId) => find(id)?.columns.find((column) => column.id === columnId)?.title,
      })
    },
    [boards, language],
  )
}
