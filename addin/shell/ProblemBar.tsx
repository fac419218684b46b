import { Button, MessageBar, MessageBarActions, MessageBarBody } from '@fluentui/react-components'
import { ProblemError, problemCode } from '../api/problem.ts'
import { useSession } from './session.ts'
import { useText, useTextIfThere } from './use-text.ts'

/** What went wrong, in words for the person, and what can be done. */
export function ProblemBar({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useText()
  const message = useProblemText()(error)
  const { enter } = useSession()
  const isSignedOut = problemCode(error) === 'sign-in-required'
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>{message}</MessageBarBody>
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

function useProblemText() {
  const textIfThere = useTextIfThere()
  const t = useText()
  return (error: unknown): string => {
    const known = textIfThere(`problem.${problemCode(error)}`)
    if (known !== undefined) return known
    return error instanceof ProblemError && error.body.detail ? error.body.detail : t('problem.internal-error')
  }
}
