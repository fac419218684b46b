import { useQuery } from '@tanstack/react-query'
import type { Run } from '../../contract/run.ts'
import { recipesQuery } from '../api/queries.ts'
import { useNavigation } from '../shell/navigation.ts'
import { Time } from '../shell/Time.tsx'
import { useText } from '../shell/use-text.ts'
import { OutcomeLine } from './OutcomeLine.tsx'

/** `by`: what tells the rows of a list apart, the mail or the recipe. */
export function RunRow({ run, by }: { run: Run; by: 'mail' | 'recipe' }) {
  const t = useText()
  const { go } = useNavigation()
  const { data: recipes = [] } = useQuery(recipesQuery)
  const recipe = recipes.find(({ id }) => id === run.recipeId)?.name ?? t(run.event.kind === 'click' ? 'run.one-click' : 'run.recipe-gone')
  const subject = run.message.subject || t('mail.no-subject')
  return (
    <li>
      <button type="button" className="plain tight" onClick={() => go({ name: 'run', id: run.id })}>
        <span className="strong clamp">
          <bdi>{by === 'mail' ? subject : recipe}</bdi>
        </span>
        <OutcomeLine run={run} />
        <span className="quiet">
          {by === 'mail' && (
            <>
              <bdi>{recipe}</bdi> ·{' '}
            </>
          )}
          <Time at={run.startedAt} />
        </span>
      </button>
    </li>
  )
}
