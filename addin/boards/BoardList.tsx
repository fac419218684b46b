import { Button } from '@fluentui/react-components'
import { useQuery } from '@tanstack/react-query'
import { boardsQuery } from '../api/queries.ts'
import { Heading } from '../shell/Heading.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { useText } from '../shell/use-text.ts'
import { BoardVisits } from './BoardVisits.tsx'

export function BoardList() {
  const t = useText()
  const { go } = useNavigation()
  const boards = useQuery(boardsQuery)
  const create = (
    <Button appearance="primary" onClick={() => go({ name: 'new-board' })}>
      {t('boards.new')}
    </Button>
  )
  return (
    <>
      <Heading action={boards.data?.length ? create : null}>{t('boards.title')}</Heading>
      {boards.isPending && <Skeleton />}
      {boards.isError && <ProblemBar error={boards.error} onRetry={() => void boards.refetch()} />}
      {boards.data?.length === 0 && (
        <div className="empty">
          <p>{t('boards.empty')}</p>
          {create}
        </div>
      )}
      {boards.data !== undefined && boards.data.length > 0 && (
        <ul className="rows">
          {boards.data.map((board) => (
            <li key={board.id}>
              <button type="button" className="plain tight" onClick={() => go({ name: 'board', id: board.id })}>
                <span className="strong clamp">{board.name}</span>
                <span className="quiet">{t(`board.visibility.${board.visibility}`)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <BoardVisits />
    </>
  )
}
