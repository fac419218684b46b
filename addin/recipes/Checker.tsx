import type { Issue } from '../../recipes/issue.ts'
import type { Warning } from '../../recipes/warnings.ts'
import { LeftOutLines } from '../shell/LeftOutLines.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'
import { useFaultWords } from './faults.ts'

/**
 * One line, always there: ready, or how much is left to fix. The places say what once the person has asked to save. What will be
 * left empty is said at once: it keeps nobody from saving.
 */
type Parts = { issues: readonly Issue[]; warnings: readonly Warning[]; asked: boolean }

export function Checker({ issues, warnings, asked }: Parts) {
  const t = useText()
  const words = useFaultWords()
  return (
    <div aria-live="polite">
      <StatusLine kind={issues.length === 0 ? 'good' : 'warn'}>
        {issues.length === 0 ? t('checker.ready') : t('checker.issues', { count: issues.length })}
      </StatusLine>
      {asked && issues.length > 0 && (
        <ul className="quiet">
          {issues.map((issue) => (
            <li key={issue.pointer + issue.detail}>{words(issue)}</li>
          ))}
        </ul>
      )}
      <LeftOutLines leftOut={warnings.filter((each) => each.code !== 'ascii-word')} />
      {warnings.map((each) =>
        each.code === 'ascii-word' ? (
          <StatusLine key={each.pointer} kind="warn">
            {t('checker.ascii-word', { written: each.written })}
          </StatusLine>
        ) : null,
      )}
    </div>
  )
}
