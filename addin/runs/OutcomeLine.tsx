import type { Run } from '../../contract/run.ts'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'

const kinds = { done: 'good', skipped: 'quiet', failed: 'bad', waiting: 'waiting', 'needs-you': 'warn' } as const

/** The outcome by icon and word, with the reason where there is one to tell. */
export function OutcomeLine({ run }: { run: Run }) {
  const t = useText()
  const { code, params } = run.reason
  const values = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]))
  const outcome = t(code === 'undone' ? 'outcome.undone' : `outcome.${run.outcome}`)
  return (
    <StatusLine kind={code === 'undone' ? 'quiet' : kinds[run.outcome]}>
      {code === 'done' || code === 'undone' ? outcome : t('outcome.because', { outcome, reason: t(`reason.${code}`, values) })}
    </StatusLine>
  )
}
