// What administrators did with somebody's own board: on the board's screen, and for boards that they deleted in the list of boards.
import { useQuery } from '@tanstack/react-query'
import { boardVisitsQuery } from '../api/queries.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { Time } from '../shell/Time.tsx'
import { useText } from '../shell/use-text.ts'

/** Without a board: those that were deleted. */
export function BoardVisits({ board = null }: { board?: string | null }) {
  const t = useText()
  const visits = useQuery(boardVisitsQuery(board))
  if (visits.isError) return <ProblemBar error={visits.error} onRetry={() => void visits.refetch()} />
  const shown = visits.data?.filter(({ what }) => board !== null || what === 'deleted') ?? []
  if (shown.length === 0) return null
  return (
    <section className="tight" aria-labelledby="board-visits" data-testid="board-visits">
      <h2 id="board-visits">{t(board === null ? 'boards.deleted.title' : 'board.visits.title')}</h2>
      <ul className="rows">
        {shown.map(({ id, what, visitor, boardName, at }) => (
          <li key={id}>
            <div className="tight">
              <StatusLine kind="warn">
                {t(`board.visit.${what}`, { who: visitor?.displayName || t('board.visits.erased'), board: boardName })}
              </StatusLine>
              <span className="quiet">
                <Time at={at} />
              </span>
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
