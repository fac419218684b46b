// The way to a connection: what is asked and why, then Microsoft's own pages where it wants consent or a stronger sign-in, and the
// administrator where only they may consent.
import { Button, MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call } from '../api/call.ts'
import { problemCode, ProblemError } from '../api/problem.ts'
import { approvalQuery, meQuery } from '../api/queries.ts'
import { openWindow } from '../office/open-window.ts'
import { accessToken } from '../office/sign-in.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { useText } from '../shell/use-text.ts'
import { useApprovalWait } from './approval-wait.ts'
import { AskAdministrator } from './AskAdministrator.tsx'
import { ScopeList } from './ScopeList.tsx'

type Ask = { kind: 'consent'; url: string; opened: boolean } | { kind: 'stronger'; claims: string }

export function ConnectMailbox({ again = false }: { again?: boolean }) {
  const { data: me } = useQuery(meQuery)
  const { waits, begin, end } = useApprovalWait(me?.id)
  // They want to try at Microsoft themselves, although an administrator was asked for.
  const [insists, setInsists] = useState(false)
  const insist = () => {
    end()
    setInsists(true)
  }
  if (waits) return <AskAdministrator onInsist={insist} onConnected={end} />
  return <Connect again={again} insists={insists} onAdministrator={begin} />
}

type ConnectParts = { again: boolean; insists: boolean; onAdministrator: () => void }

function Connect({ again, insists, onAdministrator }: ConnectParts) {
  const t = useText()
  const queries = useQueryClient()
  const [ask, setAsk] = useState<Ask | null>(null)
  const connect = useMutation({
    mutationFn: () => call('connectMicrosoft', { body: { permissions: ['mail.read'] } }),
    onSuccess: async () => {
      setAsk(null)
      await queries.invalidateQueries({ queryKey: ['me'] })
    },
    onError: (error) => {
      if (!insists && problemCode(error) === 'admin-approval-required') onAdministrator()
      else setAsk(askFrom(error))
    },
  })
  const stronger = useMutation({
    mutationFn: (claims: string) => accessToken({ interactive: true, claims }),
    onSuccess: () => connect.mutate(),
  })
  const waiting = ask?.kind === 'consent' && ask.opened
  // The live event says so at once; asking now and then covers its loss.
  useQuery({ ...meQuery, refetchInterval: waiting ? 2000 : false })
  // Of a window that ended without consent the event says no more than that it ended.
  const approval = useQuery({ ...approvalQuery, enabled: waiting, refetchInterval: 30_000 })
  const isNotTheirs = waiting && approval.data?.state === 'approval-required'
  useEffect(() => {
    if (isNotTheirs && !insists) onAdministrator()
  }, [isNotTheirs, insists, onAdministrator])
  const busy = connect.isPending || stronger.isPending

  return (
    <section className="stack" aria-label={t('connect.title')}>
      {!again && <h1>{t('connect.title')}</h1>}
      {!again && <p>{t('connect.text')}</p>}
      {!again && <ScopeList scopes={['Mail.Read', 'User.Read', 'offline_access']} />}
      {ask?.kind === 'consent' && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t(waiting ? 'connect.consent.waiting' : 'connect.consent')}</MessageBarBody>
        </MessageBar>
      )}
      {ask?.kind === 'stronger' && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t('connect.stronger')}</MessageBarBody>
        </MessageBar>
      )}
      {connect.isError && ask === null && <ProblemBar error={connect.error} />}
      {stronger.isError && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody>{t('sign-in.failed.unknown')}</MessageBarBody>
        </MessageBar>
      )}
      {ask === null && (
        <Button
          appearance="primary"
          size="large"
          disabledFocusable={busy}
          icon={busy ? <Spinner size="tiny" /> : null}
          onClick={() => connect.mutate()}
        >
          {t(busy ? 'connect.checking' : again ? 'reconnect' : 'connect.button')}
        </Button>
      )}
      {ask?.kind === 'consent' && (
        <Button
          appearance={waiting ? 'secondary' : 'primary'}
          size="large"
          icon={waiting ? <Spinner size="tiny" /> : null}
          onClick={() => {
            openWindow(ask.url)
            setAsk({ ...ask, opened: true })
          }}
        >
          {t(waiting ? 'connect.consent.again' : 'connect.consent.button')}
        </Button>
      )}
      {ask?.kind === 'consent' && <Button onClick={onAdministrator}>{t('connect.administrator')}</Button>}
      {waiting && <Button onClick={() => connect.mutate()}>{t('connect.check')}</Button>}
      {ask?.kind === 'stronger' && (
        <Button appearance="primary" size="large" disabledFocusable={busy} onClick={() => stronger.mutate(ask.claims)}>
          {t('connect.stronger.button')}
        </Button>
      )}
      {!again && <p className="quiet">{t('connect.promise')}</p>}
    </section>
  )
}

function askFrom(error: unknown): Ask | null {
  if (!(error instanceof ProblemError)) return null
  const { consentUrl, claims } = error.body
  if ((error.code === 'consent-required' || error.code === 'admin-approval-required') && consentUrl)
    return { kind: 'consent', url: consentUrl, opened: false }
  if (error.code === 'stronger-sign-in' && claims) return { kind: 'stronger', claims }
  return null
}
