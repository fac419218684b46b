// A dry run of the recipe as it stands in the form. The server reads, decides and plans as a run would, and writes nothing.
import { Button, Spinner } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import type { TryResult } from '../../contract/recipe.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { call } from '../api/call.ts'
import { useOpenMessage } from '../office/open-message.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'
import { DecisionList } from './DecisionList.tsx'
import { PlannedActions } from './PlannedActions.tsx'

/** The recipe as it stood when it was tried: the form may have moved on. */
type Asked = { recipe: RecipeBody; message: { id: string } | { latest: number } }

export function TryPanel({ recipe, ready }: { recipe: RecipeBody; ready: boolean }) {
  const t = useText()
  const message = useOpenMessage()
  const attempt = useMutation({ mutationFn: (asked: Asked) => call('tryRecipe', { body: asked }) })
  const ask = (which: Asked['message']) => ready && !attempt.isPending && attempt.mutate({ recipe, message: which })
  return (
    <section className="stack" aria-labelledby="try-title">
      <h2 id="try-title">{t('try.title')}</h2>
      <div className="wrap">
        {message !== null && (
          <Button disabledFocusable={!ready || attempt.isPending} onClick={() => ask({ id: message.id })}>
            {t('try.this')}
          </Button>
        )}
        <Button disabledFocusable={!ready || attempt.isPending} onClick={() => ask({ latest: 20 })}>
          {t('try.latest')}
        </Button>
      </div>
      {message === null && <p className="quiet">{t('try.open-first')}</p>}
      {attempt.isPending && <Spinner size="tiny" label={t('try.running')} />}
      {attempt.isError && <ProblemBar error={attempt.error} />}
      {attempt.isSuccess && (
        <div aria-live="polite" className="stack">
          {'latest' in attempt.variables.message ? (
            <ManyResults result={attempt.data} />
          ) : (
            <OneResult recipe={attempt.variables.recipe} result={attempt.data} />
          )}
          <p className="quiet">{t('try.nothing-written')}</p>
        </div>
      )}
    </section>
  )
}

function OneResult({ recipe, result }: { recipe: RecipeBody; result: TryResult }) {
  const t = useText()
  const first = result.results[0]
  if (first === undefined) return <p>{t('problem.message-not-found')}</p>
  return (
    <div className="card">
      <StatusLine kind={first.matches ? 'good' : 'quiet'}>
        <span className="strong">{t(first.matches ? 'on-mail.matches' : 'on-mail.does-not-match')}</span>
      </StatusLine>
      <DecisionList recipe={recipe} decisions={first.conditions} />
      {first.matches && <PlannedActions actions={first.actions} />}
    </div>
  )
}

function ManyResults({ result: { results } }: { result: TryResult }) {
  const t = useText()
  const matching = results.filter(({ matches }) => matches).length
  return (
    <div className="card">
      <p className="strong">{t('try.count', { matching, total: results.length })}</p>
      {results.length > 2 && matching > results.length * 0.3 && <StatusLine kind="warn">{t('try.many')}</StatusLine>}
      <ul className="stack">
        {results.map(({ message, matches }) => (
          <li key={message.id}>
            <StatusLine kind={matches ? 'good' : 'quiet'}>
              <span className="hidden">{t(matches ? 'on-mail.matches' : 'on-mail.does-not-match')}: </span>
              <bdi>{message.subject || t('mail.no-subject')}</bdi>
              <br />
              <span className="quiet">
                <bdi>{message.from}</bdi>
              </span>
            </StatusLine>
          </li>
        ))}
      </ul>
    </div>
  )
}
