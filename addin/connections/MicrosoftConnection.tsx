// The mailbox connection as it stands: connect, look at it, connect again, disconnect with a receipt.
import { Button, Spinner } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Connection } from '../../contract/connection.ts'
import type { Answer } from '../api/call.ts'
import { call } from '../api/call.ts'
import { meQuery } from '../api/queries.ts'
import { Confirm } from '../shell/Confirm.tsx'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { Time } from '../shell/Time.tsx'
import { useText } from '../shell/use-text.ts'
import { CaughtUp } from './CaughtUp.tsx'
import { ConnectMailbox } from './ConnectMailbox.tsx'
import { Receipt } from './Receipt.tsx'
import { DayLines } from './DayLines.tsx'
import { isOffboarded, LostConnection } from './LostConnection.tsx'

export function MicrosoftConnection() {
  // The subscription follows the connection by a moment, or when Microsoft grants it.
  const me = useQuery({ ...meQuery, refetchInterval: ({ state }) => refetchMs(state.data) })
  const queries = useQueryClient()
  const [receiptId, setReceiptId] = useState<string | null>(null)
  const disconnect = useMutation({
    mutationFn: () => call('disconnect', { params: { provider: 'microsoft' } }),
    onSuccess: async (answer) => {
      setReceiptId(answer.receiptId)
      await queries.invalidateQueries({ queryKey: ['me'] })
    },
  })
  if (me.isPending) return <Skeleton cards={1} />
  if (me.isError) return <ProblemBar error={me.error} onRetry={() => void me.refetch()} />
  const connection = me.data.connections.find(({ provider }) => provider === 'microsoft')
  return (
    <>
      {connection?.status === 'active' && <CaughtUp />}
      {connection ? (
        <Card connection={connection} busy={disconnect.isPending} onDisconnect={() => disconnect.mutate()} />
      ) : (
        <ConnectMailbox />
      )}
      {connection && connection.status !== 'disconnecting' && !isOffboarded(connection) && <DayLines />}
      {disconnect.isError && <ProblemBar error={disconnect.error} />}
      {receiptId !== null && <Receipt id={receiptId} />}
    </>
  )
}

type CardParts = { connection: Connection; busy: boolean; onDisconnect: () => void }

function Card({ connection, busy, onDisconnect }: CardParts) {
  const t = useText()
  return (
    <section className="card" aria-labelledby="mailbox-connection">
      <h2 id="mailbox-connection">{t('connection.title')}</h2>
      <StatusLine kind={kinds[connection.status]}>{t(`connection.status.${connection.status}`)}</StatusLine>
      {connection.status === 'needs-reconnect' && <LostConnection reason={connection.reason} />}
      <dl className="pairs">
        <dt>{t('connection.account')}</dt>
        <dd>{connection.account ?? '–'}</dd>
        <dt>{t('connection.since')}</dt>
        <dd>
          <Time at={connection.since} />
        </dd>
        <dt>{t('connection.subscription')}</dt>
        <dd>
          {connection.subscription ? (
            <>
              {t('connection.subscription.until')} <Time at={connection.subscription.expiresAt} />
            </>
          ) : (
            t(isRefused(connection) ? 'connection.subscription.refused' : 'connection.subscription.none')
          )}
        </dd>
        <dt>{t('connection.scopes')}</dt>
        <dd>{connection.scopes.join(', ')}</dd>
      </dl>
      {connection.status !== 'disconnecting' && (
        <Confirm
          trigger={
            <Button disabledFocusable={busy} icon={busy ? <Spinner size="tiny" /> : null}>
              {t('disconnect')}
            </Button>
          }
          title={t('disconnect.title')}
          text={t('disconnect.text')}
          confirm={t('disconnect')}
          onConfirm={onDisconnect}
        />
      )}
    </section>
  )
}

const isRefused = ({ reason }: Connection) => reason?.code === 'subscription-refused'

function refetchMs(me: Answer<'readMe'> | undefined): number | false {
  const unsettled = me?.connections.filter(
    ({ status, subscription }) => status === 'disconnecting' || (status === 'active' && subscription === null),
  )
  if (unsettled === undefined || unsettled.length === 0) return false
  return unsettled.every(isRefused) ? 15_000 : 2_000
}

const kinds = { active: 'good', 'needs-reconnect': 'bad', disconnecting: 'waiting' } as const
