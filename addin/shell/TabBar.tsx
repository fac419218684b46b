import { Button, Tab, TabList } from '@fluentui/react-components'
import { SettingsRegular } from '@fluentui/react-icons/svg/settings'
import { tabOf, type Tab as TabName, useNavigation } from './navigation.ts'
import { useText } from './use-text.ts'

const tabs = ['mail', 'recipes', 'boards', 'activity'] as const satisfies readonly TabName[]

export function TabBar() {
  const t = useText()
  const { screen, go } = useNavigation()
  const selected = tabOf[screen.name]
  return (
    <header className="bar">
      <TabList
        size="small"
        selectedValue={selected}
        onTabSelect={(_event, { value }) => {
          const name = tabs.find((tab) => tab === value)
          if (name) go({ name })
        }}
      >
        {tabs.map((name) => (
          <Tab key={name} value={name} style={{ minHeight: 44 }}>
            {t(`tab.${name}`)}
          </Tab>
        ))}
      </TabList>
      <Button
        appearance="subtle"
        icon={<SettingsRegular />}
        aria-label={t('tab.settings')}
        title={t('tab.settings')}
        aria-pressed={selected === 'settings'}
        onClick={() => go({ name: 'settings' })}
      />
    </header>
  )
}
