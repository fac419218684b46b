import { MessageBar, MessageBarBody } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { recipesQuery } from '../api/queries.ts'
import { useText } from '../shell/use-text.ts'
import { ConnectMailbox } from './ConnectMailbox.tsx'

/** Why the mailbox can no longer be read, what stands still because of it, and the way back. */
export function LostConnection() {
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
