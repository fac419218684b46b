// The last question before everything goes: what goes, what stays, and a word to be typed, so that no slip of a finger does it.
import { Button, Field, Input } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { boardsQuery, meQuery, recipesQuery } from '../api/queries.ts'
import { Heading } from '../shell/Heading.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { useSession } from '../shell/session.ts'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'

export function ErasePage() {
  const t = useText()
  const { go, back } = useNavigation()
  const { erase } = useSession()
  const { data: me } = useQuery(meQuery)
  const { data: recipes } = useQuery(recipesQuery)
  const { data: boards } = useQuery(boardsQuery)
  const [typed, setTyped] = useState('')
  const account = me?.connections.find(({ provider }) => provider === 'microsoft')?.account
  const word = t('erase.word')
  const isMeant = typed.trim().toLocaleUpperCase() === word
  const mine = boards?.filter(({ visibility }) => visibility === 'private').length ?? 0
  return (
    <>
      <Heading back>{t('erase.title')}</Heading>
      <section className="card" aria-labelledby="erase-goes">
        <h2 id="erase-goes">{t('erase.goes')}</h2>
        <ul className="stack">
          {[
            account ? t('erase.goes.connection', { account }) : t('erase.goes.connection.none'),
            t('erase.goes.recipes', { count: recipes?.length ?? 0 }),
            t('erase.goes.boards', { count: mine }),
            t('erase.goes.activity'),
            t('erase.goes.person', { name: me?.displayName ?? '…' }),
          ].map((line) => (
            <li key={line}>
              <StatusLine kind="bad">{line}</StatusLine>
            </li>
          ))}
        </ul>
      </section>
      <section className="card" aria-labelledby="erase-stays">
        <h2 id="erase-stays">{t('erase.stays')}</h2>
        <ul className="stack">
          <li>
            <StatusLine kind="good">{t('erase.stays.mails')}</StatusLine>
          </li>
          <li>
            <StatusLine kind="good">{t('erase.stays.shared')}</StatusLine>
          </li>
        </ul>
      </section>
      <Button onClick={() => go({ name: 'export' })}>{t('erase.export-first')}</Button>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (isMeant) erase()
        }}
      >
        <Field label={t('erase.type', { word })} hint={t('erase.final')}>
          <Input value={typed} autoComplete="off" autoCapitalize="characters" onChange={(_event, { value }) => setTyped(value)} />
        </Field>
        <div className="foot">
          <Button appearance="primary" type="submit" disabledFocusable={!isMeant}>
            {t('erase.do')}
          </Button>
          <Button onClick={back}>{t('cancel')}</Button>
        </div>
      </form>
    </>
  )
}
