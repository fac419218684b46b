import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import type { Connection } from '../../contract/connection.ts'
import { recipesQuery } from '../api/queries.ts'
import { useText } from '../shell/use-text.ts'
import { ConnectMailbox } from './ConnectMailbox.tsx'

/** Why the mailbox can no longer be read, what stands still because of it, and the way back. */
export function LostConnection({ reason }: Pick<Connection, 'reason'>) {
  return isOffboarded({ reason }) ? <Offboarded /> : <Reconnect />
}

/** Nobody of this organisation is served any more: there is no way back from here. */
export const isOffboarded = ({ reason }: Pick<Connection, 'reason'>) => reason?.code === 'tenant-not-allowed'

function Offboarded() {
  const t = useText()
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>{t('connection.lost.tenant-not-allowed')}</MessageBarBody>
    </MessageBar>
  )
}

function Reconnect() {
  const t = useText()
  const { data: recipes = [] } = useQuery(recipesQuery)
  const paused = recipes.filter((recipe) => recipe.paused !== null).length
  return (
    <div className="stack">
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>{t('connection.lost', { paused })}</MessageBarBody>
      </MessageBar>
      <ConnectMailbox again />
    </div>
  )
}
