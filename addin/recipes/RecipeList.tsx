import { Button, Spinner, Switch } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SavedRecipe } from '../../contract/recipe.ts'
import { call } from '../api/call.ts'
import { meQuery, recipesQuery } from '../api/queries.ts'
import { Confirm } from '../shell/Confirm.tsx'
import { Heading } from '../shell/Heading.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText, useTextIfThere } from '../shell/use-text.ts'
import { useSentence } from './use-sentence.ts'

export function RecipeList() {
  const t = useText()
  const { go } = useNavigation()
  const recipes = useQuery(recipesQuery)
  const { data: me } = useQuery(meQuery)
  const allowed = me?.can.createRecipes ?? true
  const create = allowed && (
    <Button appearance="primary" onClick={() => go({ name: 'recipe', id: null })}>
      {t('recipes.new')}
    </Button>
  )
  return (
    <>
      <Heading action={recipes.data?.length ? create : null}>{t('recipes.title')}</Heading>
      {!allowed && <p className="card">{t('problem.not-allowed-by-policy')}</p>}
      {recipes.isPending && <Skeleton cards={3} />}
      {recipes.isError && <ProblemBar error={recipes.error} onRetry={() => void recipes.refetch()} />}
      {recipes.data?.length === 0 && (
        <div className="empty">
          <p>{t('recipes.empty')}</p>
          <p className="card">{t('recipes.example')}</p>
          {create}
        </div>
      )}
      {recipes.data?.map((recipe) => (
        <RecipeCard key={recipe.id} recipe={recipe} />
      ))}
    </>
  )
}

function RecipeCard({ recipe }: { recipe: SavedRecipe }) {
  const t = useText()
  const textIfThere = useTextIfThere()
  const { go } = useNavigation()
  const queries = useQueryClient()
  const sentence = useSentence()
  const again = () => queries.invalidateQueries({ queryKey: ['recipes'] })
  const turn = useMutation({
    mutationFn: (on: boolean) => call(on ? 'enableRecipe' : 'disableRecipe', { params: { id: recipe.id } }),
    onSuccess: again,
  })
  const remove = useMutation({
    mutationFn: () => call('deleteRecipe', { params: { id: recipe.id }, ifMatch: recipe.version }),
    onSuccess: again,
  })
  const on = turn.isPending ? turn.variables : recipe.enabled
  return (
    <article className="card" aria-label={recipe.name}>
      <div className="between">
        <h2 className="clamp grow">
          <bdi>{recipe.name}</bdi>
        </h2>
        <Switch
          checked={on}
          aria-label={t('recipe.on', { name: recipe.name })}
          onChange={(_event, { checked }) => !turn.isPending && turn.mutate(checked)}
        />
      </div>
      <p>{sentence(recipe)}</p>
      {recipe.paused !== null && (
        <StatusLine kind="warn">
          {t('recipe.paused', { reason: textIfThere(`paused.${recipe.paused.code}`) ?? t('paused.other') })}
        </StatusLine>
      )}
      {turn.isSuccess && recipe.enabled && (
        <p className="quiet" aria-live="polite">
          {t('recipe.on.note')}
        </p>
      )}
      {turn.isError && <ProblemBar error={turn.error} />}
      {remove.isError && <ProblemBar error={remove.error} />}
      <div className="row">
        <Button size="small" onClick={() => go({ name: 'recipe', id: recipe.id })}>
          {t('edit')}
        </Button>
        <Confirm
          trigger={
            <Button size="small" appearance="subtle" icon={remove.isPending ? <Spinner size="tiny" /> : null}>
              {t('delete')}
            </Button>
          }
          title={t('recipe.delete.title', { name: recipe.name })}
          text={t('recipe.delete.text')}
          confirm={t('delete')}
          onConfirm={() => remove.mutate()}
        />
      </div>
    </article>
  )
}
