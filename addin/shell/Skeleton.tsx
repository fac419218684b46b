import { useText } from './use-text.ts'

/** The same shape as the page has before any script runs. */
export function Skeleton({ cards = 2 }: { cards?: number }) {
  const t = useText()
  return (
    <div className="skeleton" aria-busy="true">
      <span className="hidden">{t('loading')}</span>
      {Array.from({ length: cards }, (_, index) => (
        <div className="skeleton-card" key={index} aria-hidden="true">
          <i className="wide" />
          <i />
        </div>
      ))}
    </div>
  )
}
