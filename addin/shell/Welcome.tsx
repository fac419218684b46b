import { Button, MessageBar, MessageBarBody, Spinner } from '@fluentui/react-components'
import { BoardRegular } from '@fluentui/react-icons/svg/board'
import { FlashRegular } from '@fluentui/react-icons/svg/flash'
import { ShieldRegular } from '@fluentui/react-icons/svg/shield'
import { useState } from 'react'
import { useSession } from './session.ts'
import { useText } from './use-text.ts'

const benefits = [
  [FlashRegular, 'welcome.benefit.recipes'],
  [BoardRegular, 'welcome.benefit.boards'],
  [ShieldRegular, 'welcome.benefit.trust'],
] as const

/** The first thing that a new person sees: what it is good for, and one button. */
export function Welcome() {
  const t = useText()
  const { enter, failure } = useSession()
  const [busy, setBusy] = useState(false)
  const press = async () => {
    setBusy(true)
    await enter()
    setBusy(false)
  }
  return (
    <main className="page" style={{ justifyContent: 'center' }}>
      <img src="/assets/icon-128.png" alt="" width={64} height={64} />
      <h1>{t('welcome.title')}</h1>
      <ul className="stack">
        {benefits.map(([Icon, text]) => (
          <li className="row" key={text} style={{ alignItems: 'flex-start' }}>
            <span className="icon" aria-hidden="true">
              <Icon fontSize={20} />
            </span>
            <span>{t(text)}</span>
          </li>
        ))}
      </ul>
      {failure !== null && (
        <MessageBar intent={failure === 'cancelled' ? 'info' : 'error'} layout="multiline">
          <MessageBarBody>{t(`sign-in.failed.${failure}`)}</MessageBarBody>
        </MessageBar>
      )}
      <Button appearance="primary" size="large" disabledFocusable={busy} onClick={press} icon={busy ? <Spinner size="tiny" /> : null}>
        {busy ? t('sign-in.waiting') : t('sign-in')}
      </Button>
      <p className="quiet">{t('welcome.note')}</p>
    </main>
  )
}
