import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { meQuery } from '../api/queries.ts'
import { useNavigation } from './navigation.ts'
import { useText } from './use-text.ts'

/** On every screen while Microsoft no longer lets the server read the mailbox. */
export function ConnectionBanner() {
  const t = useText()
  const { screen, go } = useNavigation()
  const { data: me } = useQuery(meQuery)
  const lost = me?.connections.find(({ provider, status }) => provider === 'microsoft' && status === 'needs-reconnect')
  if (!lost || screen.name === 'mail' || screen.name === 'settings') return null
  return (
    <MessageBar intent="warning" layout="multiline">
      <MessageBarBody>{t('connection.lost.short')}</MessageBarBody>
      <MessageBarActions>
        <Button size="small" onClick={() => go({ name: 'settings' })}>
          {t('reconnect')}
        </Button>
      </MessageBarActions>
    </MessageBar>
  )
}
