import { Button } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { leftOut } from '../../contract/item.ts'
import type { Run } from '../../contract/run.ts'
import { actions } from '../../recipes/actions/actions.ts'
import type { LeftOut } from '../../recipes/left-out.ts'
import { call } from '../api/call.ts'
import { ProblemError } from '../api/problem.ts'
import { recipesQuery, runQuery } from '../api/queries.ts'
import { Confirm } from '../shell/Confirm.tsx'
import { Heading } from '../shell/Heading.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { LeftOutLines } from '../shell/LeftOutLines.tsx'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { Time } from '../shell/Time.tsx'
import { useLanguage, useText } from '../shell/use-text.ts'
import { leftFrom, NotUndone } from './NotUndone.tsx'
import { OutcomeLine } from './OutcomeLine.tsx'

const actionKinds = { done: 'good', skipped: 'quiet', failed: 'bad', waiting: 'waiting', undone: 'quiet' } as const

export function RunDetail({ id }: { id: string }) {
  const t = useText()
  const { go } = useNavigation()
  const run = useQuery(runQuery(id))
  const { data: recipes = [] } = useQuery(recipesQuery)
  if (run.isError) return <ProblemBar error={run.error} onRetry={() => void run.refetch()} />
  if (run.isPending) return <Skeleton />
  const recipe = recipes.find((each) => each.id === run.data.recipeId)
  return (
    <>
      <Heading back>{run.data.message.subject || t('mail.no-subject')}</Heading>
      <section className="card" aria-live="polite">
        <OutcomeLine run={run.data} />
        <LeftOutLines leftOut={leftOutOf(run.data)} />
      </section>
      <dl className="pairs">
        <dt>{t('run.from')}</dt>
        <dd>
          <bdi>{run.data.message.from || '–'}</bdi>
        </dd>
        <dt>{t('run.received')}</dt>
        <dd>{run.data.message.receivedAt ? <Time at={run.data.message.receivedAt} /> : '–'}</dd>
        <dt>{t('run.started')}</dt>
        <dd>
          <Time at={run.data.startedAt} />
        </dd>
        {run.data.finishedAt && (
          <>
            <dt>{t('run.finished')}</dt>
            <dd>
              <Time at={run.data.finishedAt} />
            </dd>
          </>
        )}
        <dt>{t('run.recipe')}</dt>
        <dd>
          {recipe ? (
            <Button size="small" onClick={() => go({ name: 'recipe', id: recipe.id })}>
              {recipe.name}
            </Button>
          ) : (
            t(run.data.event.kind === 'click' ? 'run.one-click' : 'run.recipe-gone')
          )}
        </dd>
      </dl>
      <RunActions run={run.data} />
      <Repair run={run.data} />
    </>
  )
}

/** Runs of earlier versions name columns alone. */
const leftOutOf = ({ reason: { params } }: Run): LeftOut[] =>
  (Array.isArray(params['leftOut']) ? params['leftOut'] : []).flatMap((each) => leftOut.safeParse(each).data ?? [])

function RunActions({ run }: { run: Run }) {
  const t = useText()
  const language = useLanguage()
  const { go } = useNavigation()
  if (run.actions.length === 0) return null
  return (
    <section className="tight" aria-labelledby="run-actions">
      <h2 id="run-actions">{t('run.actions')}</h2>
      <ul className="stack">
        {run.actions.map(({ kind, outcome, itemId }, index) => (
          <li className="between" key={index}>
            <StatusLine kind={actionKinds[outcome]}>
              {actions.nameOf(kind, language) ?? kind} – {t(`action-outcome.${outcome}`)}
            </StatusLine>
            {itemId && outcome !== 'undone' && (
              <Button size="small" onClick={() => go({ name: 'item', id: itemId })}>
                {t('run.open-item')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Repair({ run }: { run: Run }) {
  const t = useText()
  const queries = useQueryClient()
  const again = () =>
    Promise.all(['activity', 'run', 'runs', 'items', 'insight'].map((first) => queries.invalidateQueries({ queryKey: [first] })))
  const retry = useMutation({ mutationFn: () => call('retryRun', { params: { id: run.id } }), onSuccess: again })
  const undo = useMutation({ mutationFn: () => call('undoRun', { params: { id: run.id } }), onSuccess: again })
  const canRetry = run.outcome === 'failed' || run.outcome === 'needs-you' || run.outcome === 'waiting'
  const canUndo = run.actions.some(({ outcome, itemId, updateId }) => outcome === 'done' && (itemId ?? updateId) !== undefined)
  return (
    <div className="stack">
      <div className="wrap">
        {canRetry && (
          <Button appearance="primary" disabledFocusable={retry.isPending} onClick={() => retry.mutate()}>
            {t('run.retry')}
          </Button>
        )}
        {canUndo && (
          <Confirm
            trigger={<Button disabledFocusable={undo.isPending}>{t('run.undo')}</Button>}
            title={t('run.undo.title')}
            text={t('run.undo.text')}
            confirm={t('run.undo')}
            onConfirm={() => undo.mutate()}
          />
        )}
      </div>
      {retry.isError && <ProblemBar error={retry.error} />}
      {undo.isError && <ProblemBar error={undo.error} />}
      {undo.error instanceof ProblemError && <NotUndone left={leftFrom(undo.error.body.errors)} />}
      {undo.data && <NotUndone left={undo.data.notUndone} />}
    </div>
  )
}
