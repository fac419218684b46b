import { Button, Field, Select } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useContext } from 'react'
import { meQuery } from '../api/queries.ts'
import { MicrosoftConnection } from '../connections/MicrosoftConnection.tsx'
import { hostLanguage } from '../office/appearance.ts'
import { Heading } from '../shell/Heading.tsx'
import { LanguageSwitch } from '../shell/language-switch.ts'
import { chooseLanguage, chosenLanguage, loadTexts, rememberLanguage } from '../shell/language.ts'
import { useSession } from '../shell/session.ts'
import { useText } from '../shell/use-text.ts'
import { MyData } from './MyData.tsx'
import { PolicyCard } from './PolicyCard.tsx'
import { TimeZoneCard } from './TimeZoneCard.tsx'

export function SettingsPage() {
  const t = useText()
  const { data: me } = useQuery(meQuery)
  const { leave } = useSession()
  return (
    <>
      <Heading>{t('settings.title')}</Heading>
      <MicrosoftConnection />
      <LanguageCard />
      <TimeZoneCard />
      {me?.can.administer && <PolicyCard />}
      <MyData />
      <section className="card">
        <p>{t('settings.signed-in', { name: me?.displayName ?? '…' })}</p>
        <Button onClick={() => void leave()}>{t('sign-out')}</Button>
      </section>
    </>
  )
}

function LanguageCard() {
  const t = useText()
  const setTexts = useContext(LanguageSwitch)
  const choose = async (value: string) => {
    rememberLanguage(value === 'en' || value === 'fr' ? value : null)
    setTexts(await loadTexts(chooseLanguage(hostLanguage())))
  }
  return (
    <section className="card">
      <Field label={t('settings.language')}>
        <Select defaultValue={chosenLanguage() ?? ''} onChange={(_event, { value }) => void choose(value)}>
          <option value="">{t('settings.language.outlook')}</option>
          <option value="en" lang="en">
            English
          </option>
          <option value="fr" lang="fr">
            Français
          </option>
        </Select>
      </Field>
    </section>
  )
}
