// The erasure under way and its receipt. Nothing else is asked meanwhile: any other call would write its caller down anew.
import { Button, Spinner } from '@fluentui/react-components'
import { QueryClient, QueryClientProvider, useMutation, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { call } from '../api/call.ts'
import { receiptQuery } from '../api/queries.ts'
import { Receipt } from '../connections/Receipt.tsx'
import { signOut, tellOtherWindows } from '../office/sign-in.ts'
import { forgetAll } from '../office/storage.ts'
import { ProblemBar } from './ProblemBar.tsx'
import { useSession } from './session.ts'
import { useText } from './use-text.ts'

export function Farewell() {
  // Once all is erased, the receipt on screen must not be asked for again, nor lost with the sign-in.
  const [queries] = useState(
    () => new QueryClient({ defaultOptions: { queries: { staleTime: Infinity, refetchOnWindowFocus: false, refetchOnReconnect: false } } }),
  )
  useEffect(tellOtherWindows, [])
  return (
    <QueryClientProvider client={queries}>
      <main className="page">
        <Erasure />
      </main>
    </QueryClientProvider>
  )
}

function Erasure() {
  const t = useText()
  const { keep } = useSession()
  const { mutate, data, error, isError } = useMutation({ mutationFn: () => call('eraseMe', {}) })
  useEffect(() => mutate(), [mutate])
  if (isError)
    return (
      <>
        <h1>{t('erase.failed')}</h1>
        <ProblemBar error={error} onRetry={() => mutate()} />
        <Button onClick={keep}>{t('erase.keep')}</Button>
      </>
    )
  if (data === undefined)
    return (
      <>
        <h1>{t('erase.running')}</h1>
        <Spinner label={t('erase.asked')} />
      </>
    )
  return <Done receiptId={data.receiptId} />
}

function Done({ receiptId }: { receiptId: string }) {
  const t = useText()
  const { leave } = useSession()
  const { data: receipt } = useQuery(receiptQuery(receiptId))
  const isFinished = receipt !== undefined && receipt.finishedAt !== null
  useEffect(() => {
    if (!isFinished) return
    forgetAll()
    // Opened again, the pane must not sign in by itself.
    void signOut()
  }, [isFinished])
  return (
    <>
      <h1>{t(isFinished ? 'erase.done' : 'erase.running')}</h1>
      <p aria-live="polite">{t(isFinished ? 'erase.done.text' : 'erase.running.text')}</p>
      <Receipt id={receiptId} />
      <Button appearance={isFinished ? 'primary' : 'secondary'} onClick={() => void leave()}>
        {t('erase.close')}
      </Button>
    </>
  )
}
