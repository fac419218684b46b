import { Button } from '@fluentui/react-components'
import { useNavigation } from '../shell/navigation.ts'
import { useText } from '../shell/use-text.ts'

/** The owner's rights, each on a screen of its own. */
export function MyData() {
  const t = useText()
  const { go } = useNavigation()
  return (
    <section className="card" aria-labelledby="my-data">
      <h2 id="my-data">{t('my-data.title')}</h2>
      <p className="quiet">{t('my-data.text')}</p>
      <Button onClick={() => go({ name: 'access-log' })}>{t('access.title')}</Button>
      <Button onClick={() => go({ name: 'export' })}>{t('export.title')}</Button>
      <Button onClick={() => go({ name: 'erase' })}>{t('erase.title')}</Button>
    </section>
  )
}
