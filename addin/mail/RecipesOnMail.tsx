// Whether each recipe that is on would take the open mail, and why: worked out here, by the language that the server runs.
import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { recipesQuery } from '../api/queries.ts'
import type { OpenMessage } from '../office/open-message.ts'
import { DecisionList } from '../recipes/DecisionList.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'
import { AskServer } from './AskServer.tsx'
import { bodyQuery } from './body-query.ts'
import { judge } from './judge.ts'

export function RecipesOnMail({ message }: { message: OpenMessage }) {
  const t = useText()
  const { go } = useNavigation()
  const recipes = useQuery(recipesQuery)
  const body = useQuery(bodyQuery(message))
  const on = recipes.data?.filter(({ enabled, trigger }) => enabled && trigger.kind === 'mail-received')
  return (
    <section className="stack" aria-labelledby="recipes-on-mail">
      <h2 id="recipes-on-mail">{t('on-mail.title')}</h2>
      {(recipes.isPending || body.isPending) && <Skeleton cards={1} />}
      {recipes.isError && <ProblemBar error={recipes.error} onRetry={() => void recipes.refetch()} />}
      {on?.length === 0 && <p className="quiet">{t('on-mail.empty')}</p>}
      {!body.isPending &&
        on?.map((recipe) => {
          const result = judge(recipe, message, body.data?.isPlain ? body.data.text : null)
          return (
            <div className="card" key={recipe.id}>
              <details>
                <summary>
                  <span className="strong">
                    <bdi>{recipe.name}</bdi>
                  </span>
                  <StatusLine kind={kinds[result.kind]}>{t(`on-mail.${result.kind}`)}</StatusLine>
                </summary>
                <DecisionList recipe={recipe} decisions={result.conditions} unknown={result.unknown} />
                <Button size="small" onClick={() => go({ name: 'recipe', id: recipe.id })}>
                  {t('on-mail.open')}
                </Button>
              </details>
              {result.kind === 'unknown' && <AskServer recipe={recipe} messageId={message.id} />}
            </div>
          )
        })}
      <div>
        <Button onClick={() => go({ name: 'recipe', id: null, fromMessage: true })}>{t('on-mail.new')}</Button>
      </div>
    </section>
  )
}

const kinds = { matches: 'good', 'does-not-match': 'quiet', unknown: 'waiting' } as const
