import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { boardsQuery, recipesQuery } from '../api/queries.ts'
import { useOpenMessage } from '../office/open-message.ts'
import { Heading } from '../shell/Heading.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { useText } from '../shell/use-text.ts'
import { newDraft } from './draft.ts'
import { RecipeForm } from './RecipeForm.tsx'

/** Loads what the form needs; a recipe without a board to write to begins with making one. */
export function RecipeEditor({ id, fromMessage }: { id: string | null; fromMessage: boolean }) {
  const t = useText()
  const { go } = useNavigation()
  const message = useOpenMessage()
  const boards = useQuery(boardsQuery)
  const recipes = useQuery(recipesQuery)
  const title = t(id === null ? 'recipes.new' : 'recipe.edit')
  if (boards.isError) return <ProblemBar error={boards.error} onRetry={() => void boards.refetch()} />
  if (recipes.isError) return <ProblemBar error={recipes.error} onRetry={() => void recipes.refetch()} />
  if (boards.isPending || recipes.isPending) return <Skeleton cards={3} />
  const saved = recipes.data.find((recipe) => recipe.id === id) ?? null
  if (id !== null && saved === null) return <p className="empty">{t('problem.recipe-not-found')}</p>
  if (saved === null && boards.data.length === 0) {
    return (
      <>
        <Heading back>{title}</Heading>
        <div className="empty">
          <p>{t('create.no-board')}</p>
          <Button appearance="primary" onClick={() => go({ name: 'new-board' })}>
            {t('boards.new')}
          </Button>
        </div>
      </>
    )
  }
  return (
    <>
      <Heading back>{title}</Heading>
      <RecipeForm
        saved={saved}
        initial={saved ? bodyOf(saved) : newDraft(boards.data, fromMessage ? message : null, fromMessage ? (message?.subject ?? '') : '')}
        boards={boards.data}
      />
    </>
  )
}

/** The server's own knowledge of a recipe is no part of what is written back. */
const bodyOf = ({ name, enabled, trigger, conditions, actions }: RecipeBody): RecipeBody => ({
  name,
  enabled,
  trigger,
  conditions,
  actions,
})
