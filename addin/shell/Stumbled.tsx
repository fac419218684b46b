import { Button } from '@fluentui/react-components'
import { useText } from './use-text.ts'

export function Stumbled() {
  const t = useText()
  return (
    <div className="empty" role="alert">
      <p>{t('stumbled')}</p>
      <Button onClick={() => window.location.reload()}>{t('try-again')}</Button>
    </div>
  )
}
