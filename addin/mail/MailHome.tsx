import { useQuery } from '@tanstack/react-query'
import { insightQuery, meQuery } from '../api/queries.ts'
import { CaughtUp } from '../connections/CaughtUp.tsx'
import { ConnectMailbox } from '../connections/ConnectMailbox.tsx'
import { LostConnection } from '../connections/LostConnection.tsx'
import { type OpenMessage, useOpenMessage } from '../office/open-message.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { useText } from '../shell/use-text.ts'
import { CreateItemCard } from './CreateItemCard.tsx'
import { EarlierRuns } from './EarlierRuns.tsx'
import { LinkedItems } from './LinkedItems.tsx'
import { RecipesOnMail } from './RecipesOnMail.tsx'

/** The open mail: what it is linked to, what the recipes say of it, and one click to make an item of it. */
export function MailHome() {
  const me = useQuery(meQuery)
  const message = useOpenMessage()
  if (me.isPending) return <Skeleton />
  if (me.isError) return <ProblemBar error={me.error} onRetry={() => void me.refetch()} />
  const connection = me.data.connections.find(({ provider }) => provider === 'microsoft')
  if (!connection) return <ConnectMailbox />
  return (
    <>
      {connection.status === 'needs-reconnect' && <LostConnection reason={connection.reason} />}
      {connection.status === 'active' && <CaughtUp />}
      {message === null ? <NoMail /> : <OpenMail key={message.id} message={message} canCreate={connection.status === 'active'} />}
    </>
  )
}

function NoMail() {
  const t = useText()
  return (
    <div className="empty" aria-live="polite">
      <h1>{t('mail.none.title')}</h1>
      <p>{t('mail.none.text')}</p>
    </div>
  )
}

function OpenMail({ message, canCreate }: { message: OpenMessage; canCreate: boolean }) {
  const t = useText()
  const insight = useQuery(insightQuery(message))
  return (
    <>
      <div className="tight">
        <h1 className="clamp">
          <bdi>{message.subject || t('mail.no-subject')}</bdi>
        </h1>
        <p className="quiet cut">
          <bdi>{message.from?.name ?? t('mail.no-sender')}</bdi>
        </p>
      </div>
      <div aria-live="polite" className="hidden">
        {t('mail.opened', { subject: message.subject || t('mail.no-subject') })}
      </div>
      <LinkedItems insight={insight} />
      {canCreate && <CreateItemCard message={message} linked={insight.data?.items ?? []} />}
      <RecipesOnMail message={message} />
      <EarlierRuns runs={insight.data?.runs ?? []} />
    </>
  )
}
