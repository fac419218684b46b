import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { problemCode } from '../api/problem.ts'
import { faultsOfProblem, problemWords } from './problem-words.ts'
import { useSession } from './session.ts'
import { useText, useTextIfThere } from './use-text.ts'

/** What went wrong, what to fix and what to do next, in the person's language. */
export function ProblemBar({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useText()
  const textIfThere = useTextIfThere()
  const faults = faultsOfProblem(error, textIfThere)
  const { enter } = useSession()
  const isSignedOut = problemCode(error) === 'sign-in-required'
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>
        {problemWords(error, textIfThere)}
        {faults.length > 0 && (
          <ul className="tight">
            {faults.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        )}
      </MessageBarBody>
      {isSignedOut ? (
        <MessageBarActions>
          <Button size="small" onClick={() => void enter()}>
            {t('sign-in')}
          </Button>
        </MessageBarActions>
      ) : (
        onRetry && (
          <MessageBarActions>
            <Button size="small" onClick={onRetry}>
              {t('try-again')}
            </Button>
          </MessageBarActions>
        )
      )}
    </MessageBar>
  )
}
