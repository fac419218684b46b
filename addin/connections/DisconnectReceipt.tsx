import { useQuery } from '@tanstack/react-query'
import { receiptQuery } from '../api/queries.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'

const kinds = { removed: 'good', 'nothing-there': 'quiet', 'to-go': 'waiting' } as const

export function DisconnectReceipt({ id }: { id: string }) {
  const t = useText()
  const receipt = useQuery(receiptQuery(id))
  if (receipt.isPending) return <Skeleton cards={1} />
  if (receipt.isError) return <ProblemBar error={receipt.error} />
  return (
    <section className="card" aria-live="polite">
      <h2>{t(receipt.data.finishedAt ? 'receipt.done' : 'receipt.running')}</h2>
      <ul className="stack">
        {receipt.data.parts.map(({ part, state, count }) => (
          <li key={part}>
            <StatusLine kind={kinds[state]}>{t(`receipt.${state}`, { part: t(`receipt.part.${part}`), count })}</StatusLine>
          </li>
        ))}
      </ul>
      <p className="quiet">{t('receipt.note')}</p>
    </section>
  )
}
