// The outermost part: colours, language, and which of three faces the pane has: no host, signed out, at work.
import { FluentProvider, webDarkTheme, webLightTheme } from '@fluentui/react-components'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { createIntl, RawIntlProvider } from 'react-intl'
import { useDarkTheme } from '../office/appearance.ts'
import type { Host } from '../office/host.ts'
import { HostBlocked } from './HostBlocked.tsx'
import { LanguageSwitch } from './language-switch.ts'
import type { Texts } from './language.ts'
import { SessionContext, type SessionState, useSessionState } from './session.ts'
import { Skeleton } from './Skeleton.tsx'
import { Welcome } from './Welcome.tsx'

const Farewell = lazy(() => import('./Farewell.tsx').then(({ Farewell: component }) => ({ default: component })))
const AtWork = lazy(() => import('./AtWork.tsx').then(({ AtWork: component }) => ({ default: component })))

export function Pane({ host, texts: first }: { host: Host; texts: Texts }) {
  const [texts, setTexts] = useState(first)
  const dark = useDarkTheme()
  const session = useSessionState(host !== 'blocked')
  const intl = useMemo(() => createIntl({ locale: texts.language, messages: texts.messages }), [texts])

  useEffect(() => {
    document.documentElement.lang = texts.language
  }, [texts])

  return (
    <FluentProvider theme={dark ? webDarkTheme : webLightTheme}>
      <RawIntlProvider value={intl}>
        <LanguageSwitch.Provider value={setTexts}>
          <SessionContext.Provider value={session}>
            <div className="frame">
              <Face host={host} state={session.state} />
            </div>
          </SessionContext.Provider>
        </LanguageSwitch.Provider>
      </RawIntlProvider>
    </FluentProvider>
  )
}

function Face({ host, state }: { host: Host; state: SessionState }) {
  if (host === 'blocked') return <HostBlocked />
  if (state === 'checking') return <Skeleton />
  if (state === 'signed-out') return <Welcome />
  return <Suspense fallback={<Skeleton />}>{state === 'erasing' ? <Farewell /> : <AtWork />}</Suspense>
}
