import { type LeftOut, leftOutWords } from '../../recipes/left-out.ts'
import { StatusLine } from './StatusLine.tsx'
import { useLanguage } from './use-text.ts'

/** What was, or will be, left empty, and why. */
export function LeftOutLines({ leftOut }: { leftOut: readonly LeftOut[] }) {
  const language = useLanguage()
  if (leftOut.length === 0) return null
  return (
    <ul className="tight">
      {leftOut.map((each) => (
        <li key={each.part + each.code}>
          <StatusLine kind="warn">
            <bdi>{leftOutWords(each, language)}</bdi>
          </StatusLine>
        </li>
      ))}
    </ul>
  )
}
