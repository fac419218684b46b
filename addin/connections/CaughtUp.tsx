// After a reconnection: how many mails came in meanwhile, how far they are treated, and the way to undo what was made of them.
import { Button, MessageBar, MessageBarBody, ProgressBar } from '@fluentui/react-components'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { CatchUp } from '../../contract/connection.ts'
import { call } from '../api/call.ts'
import { catchUpQuery } from '../api/queries.ts'
import { recall, remember } from '../office/storage.ts'
import { Confirm } from '../shell/Confirm.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useNow } from '../shell/use-now.ts'
import { useText } from '../shell/use-text.ts'
import { NotUndone } from '../runs/NotUndone.tsx'
import { type KeptRun, undoAll, type Undone } from './undo-all.ts'

const shownForMs = 7 * 86_400_000

export function CaughtUp() {
  const { data: latest, isError, error, refetch } = useQuery(catchUpQuery)
  const [closed, setClosed] = useState(() => recall('caught-up'))
  const now = useNow()
  if (isError) return <ProblemBar error={error} onRetry={() => void refetch()} />
  if (!latest || latest.backAt === closed || now - Date.parse(latest.backAt) > shownForMs) return null
  const close = () => {
    remember('caught-up', latest.backAt)
    setClosed(latest.backAt)
  }
  return <Card key={latest.backAt} latest={latest} onClose={close} />
}

function Card({ latest, onClose }: { latest: CatchUp; onClose: () => void }) {
  const t = useText()
  const { go } = useNavigation()
  const { listed, seen, treated, runsDone, runsUndone } = latest
  const isDone = listed && treated >= seen
  return (
    <section className="card" aria-labelledby="caught-up">
      <div className="between">
        <h2 id="caught-up">{t(isDone ? 'caught-up.done' : 'caught-up.running')}</h2>
        {isDone && <Button appearance="subtle" icon={<DismissRegular />} aria-label={t('close')} title={t('close')} onClick={onClose} />}
      </div>
      <div aria-live="polite">
        <StatusLine kind={isDone ? 'good' : 'waiting'}>{t('caught-up.count', { seen, treated })}</StatusLine>
      </div>
      {!isDone && <ProgressBar aria-labelledby="caught-up" {...(seen > 0 && { value: treated / seen })} />}
      {!listed && <p className="quiet">{t('caught-up.listing')}</p>}
      {runsDone > 0 && <p>{t('caught-up.made', { count: runsDone })}</p>}
      {isDone && runsDone + runsUndone > 0 && <Undo count={runsDone} />}
      {seen > 0 && <Button onClick={() => go({ name: 'activity' })}>{t('caught-up.look')}</Button>}
    </section>
  )
}

function Undo({ count }: { count: number }) {
  const t = useText()
  const queries = useQueryClient()
  const [sofar, setSofar] = useState<Undone & { of: number }>({ undone: 0, kept: 0, of: 0 })
  const undo = useMutation({
    mutationFn: () =>
      undoAll(
        (cursor) => call('undoCatchUp', { params: { provider: 'microsoft' }, body: cursor === null ? {} : { cursor } }),
        (done) => setSofar({ ...done, of: count }),
      ),
    onSettled: () => Promise.all(stale.map((first) => queries.invalidateQueries({ queryKey: [first] }))),
  })
  return (
    <>
      <div aria-live="polite">
        {undo.isPending && <p>{t('caught-up.undoing', { done: sofar.undone + sofar.kept, of: sofar.of || count })}</p>}
        {undo.data && (
          <MessageBar intent={undo.data.kept > 0 ? 'warning' : 'success'} layout="multiline">
            <MessageBarBody>
              {t('caught-up.undone', { undone: undo.data.undone, kept: undo.data.kept })}
              <KeptRuns runs={undo.data.keptRuns ?? []} />
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      {undo.isError && <ProblemBar error={undo.error} />}
      {/* It stays when it has done its work: the focus comes back to it from the question. */}
      {(count > 0 || !undo.isIdle) && (
        <Confirm
          trigger={
            <Button disabledFocusable={undo.isPending || undo.isSuccess}>{t('caught-up.undo', { count: sofar.of || count })}</Button>
          }
          title={t('caught-up.undo.title')}
          text={t('caught-up.undo.text', { count })}
          confirm={t('run.undo')}
          onConfirm={() => undo.mutate()}
        />
      )}
    </>
  )
}

/** Those that stay, each with its reasons and a way to it. */
function KeptRuns({ runs }: { runs: readonly KeptRun[] }) {
  const t = useText()
  const { go } = useNavigation()
  if (runs.length === 0) return null
  return (
    <ul className="tight">
      {runs.map(({ id, subject, errors }) => (
        <li key={id}>
          <Button size="small" onClick={() => go({ name: 'run', id })}>
            <bdi>{subject || t('mail.no-subject')}</bdi>
          </Button>
          <NotUndone left={errors} />
        </li>
      ))}
    </ul>
  )
}

const stale = ['catch-up', 'runs', 'run', 'items', 'insight']
