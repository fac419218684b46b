// Only an administrator may give the permissions: the request to send, what follows, and one click once they have approved. It asks
// Microsoft when it opens and once a minute.
import { Button, MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components'
import { CopyRegular } from '@fluentui/react-icons/svg/copy'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useIntl } from 'react-intl'
import { scopesInUse } from '../../contract/connection.ts'
import { call } from '../api/call.ts'
import { approvalQuery } from '../api/queries.ts'
import { copyText } from '../office/copy-text.ts'
import { openWindow } from '../office/open-window.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { useText } from '../shell/use-text.ts'
import { ScopeList } from './ScopeList.tsx'

const everyMs = 60_000
const copiedMs = 2_000

export function AskAdministrator({ onInsist, onConnected }: { onInsist: () => void; onConnected: () => void }) {
  const check = useQuery({ ...approvalQuery, refetchInterval: everyMs })
  if (check.isPending) return <Skeleton cards={1} />
  if (check.data === undefined) return <ProblemBar error={check.error} onRetry={() => void check.refetch()} />
  const { state, approvalUrl, at } = check.data
  if (state === 'approved') return <Approved onInsist={onInsist} onConnected={onConnected} />
  return (
    <Waiting
      approvalUrl={approvalUrl}
      checkedAt={at}
      isChecking={check.isFetching}
      error={check.error}
      onCheck={() => void check.refetch()}
      onInsist={onInsist}
    />
  )
}

type WaitingParts = {
  approvalUrl: string
  checkedAt: Date
  isChecking: boolean
  error: Error | null
  onCheck: () => void
  onInsist: () => void
}

function Waiting({ approvalUrl, checkedAt, isChecking, error, onCheck, onInsist }: WaitingParts) {
  const t = useText()
  const request = t('approval.request', { url: approvalUrl })
  const { copied, failed, copy } = useCopy()
  return (
    <section className="stack" aria-label={t('approval.title')}>
      <h1>{t('approval.title')}</h1>
      <p>{t('approval.text')}</p>
      {error !== null && <ProblemBar error={error} onRetry={onCheck} />}
      <ol className="steps">
        <li>
          <h2>{t('approval.send')}</h2>
          <pre className="quote" aria-label={t('approval.request.label')}>
            {request}
          </pre>
          {failed && (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>{t('approval.not-copied')}</MessageBarBody>
            </MessageBar>
          )}
          <Button size="small" onClick={() => void copy(approvalUrl)}>
            {t(copied === approvalUrl ? 'approval.copied' : 'approval.copy-link')}
          </Button>
        </li>
        <li>
          <h2>{t('approval.approve')}</h2>
          <p className="quiet">{t('approval.approve.text')}</p>
        </li>
        <li>
          <h2>{t('approval.continue')}</h2>
          <p className="quiet" aria-live="polite">
            {isChecking ? t('approval.checking') : <CheckedAt at={checkedAt} />}
          </p>
        </li>
      </ol>
      <ScopeList scopes={[...scopesInUse, 'offline_access']} />
      <div className="wrap">
        <Button size="small" onClick={() => openWindow(approvalUrl)}>
          {t('approval.i-am')}
        </Button>
        <Button size="small" onClick={onInsist}>
          {t('approval.try')}
        </Button>
      </div>
      <div className="foot sticky">
        <Button appearance="primary" icon={<CopyRegular />} onClick={() => void copy(request)}>
          {t(copied === request ? 'approval.copied' : 'approval.copy')}
        </Button>
        <Button disabledFocusable={isChecking} icon={isChecking ? <Spinner size="tiny" /> : null} onClick={onCheck}>
          {t('approval.check')}
        </Button>
      </div>
    </section>
  )
}

function CheckedAt({ at }: { at: Date }) {
  const t = useText()
  return t('approval.continue.text', { time: useIntl().formatTime(at) })
}

function Approved({ onInsist, onConnected }: { onInsist: () => void; onConnected: () => void }) {
  const t = useText()
  const queries = useQueryClient()
  const connect = useMutation({
    mutationFn: () => call('connectMicrosoft', { body: { permissions: ['mail.read'] } }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['me'] })
      onConnected()
    },
  })
  return (
    <section className="stack" aria-label={t('approval.approved')}>
      <h1>{t('approval.approved')}</h1>
      <p aria-live="polite">{t('approval.approved.text')}</p>
      {connect.isError && <ProblemBar error={connect.error} onRetry={onInsist} />}
      <Button
        appearance="primary"
        size="large"
        disabledFocusable={connect.isPending}
        icon={connect.isPending ? <Spinner size="tiny" /> : null}
        onClick={() => connect.mutate()}
      >
        {t(connect.isPending ? 'connect.checking' : 'connect.button')}
      </Button>
      <p className="quiet">{t('connect.promise')}</p>
    </section>
  )
}

/** What was copied last, for as long as the button says so. */
function useCopy() {
  const [copied, setCopied] = useState<string | null>(null)
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (copied === null) return
    const timer = setTimeout(() => setCopied(null), copiedMs)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async (text: string) => {
    const isCopied = await copyText(text)
    setFailed(!isCopied)
    setCopied(isCopied ? text : null)
  }
  return { copied, failed, copy }
}
