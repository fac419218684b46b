import type { Run } from '../../contract/run.ts'
import { RunRow } from '../runs/RunRow.tsx'
import { useText } from '../shell/use-text.ts'

export function EarlierRuns({ runs }: { runs: Run[] }) {
  const t = useText()
  if (runs.length === 0) return null
  return (
    <section className="tight" aria-labelledby="earlier-runs">
      <h2 id="earlier-runs">{t('earlier.title')}</h2>
      <ul className="rows">
        {runs.map((run) => (
          <RunRow key={run.id} run={run} by="recipe" />
        ))}
      </ul>
    </section>
  )
}
