import { Button } from '@fluentui/react-components'
import { useText } from './use-text.ts'

export function HostBlocked() {
  const t = useText()
  return (
    <main className="page">
      <div className="empty" role="alert">
        <h1>{t('blocked.title')}</h1>
        <p>{t('blocked.text')}</p>
        <Button appearance="primary" onClick={() => window.location.reload()}>
          {t('try-again')}
        </Button>
      </div>
    </main>
  )
}
