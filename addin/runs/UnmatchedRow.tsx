import { Button } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import type { ActivityEntry } from '../../contract/activity.ts'
import { call } from '../api/call.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { Time } from '../shell/Time.tsx'
import { useText } from '../shell/use-text.ts'

/** The button that was pressed is gone, so people who listen continue here. One function, so that only the first drawing takes the focus. */
const takeFocus = (shown: HTMLElement | null) => shown?.focus()

/** An email that no recipe matched. Only its ID is stored, so the server reads the subject when the owner asks for it. */
export function UnmatchedRow({ entry: { messageId, receivedAt, notMatched } }: { entry: ActivityEntry }) {
  const t = useText()
  const subject = useMutation({ mutationFn: () => call('readSubject', { params: { id: messageId } }) })
  return (
    <li>
      <div className="tight">
        {subject.data && (
          <span className="strong clamp" tabIndex={-1} ref={takeFocus}>
            <bdi>{subject.data.subject || t('mail.no-subject')}</bdi>
          </span>
        )}
        <StatusLine kind="quiet">{t('activity.not-matched')}</StatusLine>
        <span className="quiet">
          {t('activity.recipes', { count: notMatched.length })}
          {receivedAt !== null && (
            <>
              {' · '}
              <Time at={receivedAt} />
            </>
          )}
        </span>
        {!subject.data && (
          <div>
            <Button size="small" disabledFocusable={subject.isPending} onClick={() => subject.mutate()}>
              {t('activity.show-subject')}
            </Button>
          </div>
        )}
        {subject.isError && <ProblemBar error={subject.error} />}
      </div>
    </li>
  )
}
