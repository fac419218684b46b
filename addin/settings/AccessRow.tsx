import { useQuery } from '@tanstack/react-query'
import type { AccessLogEntry } from '../../contract/access-log.ts'
import { recipesQuery } from '../api/queries.ts'
import { StatusLine, type StatusKind } from '../shell/StatusLine.tsx'
import { Time } from '../shell/Time.tsx'
import { useText } from '../shell/use-text.ts'

export function AccessRow({ entry }: { entry: AccessLogEntry }) {
  const t = useText()
  const ending = endingOf(entry)
  const purpose = usePurpose(entry)
  return (
    <li>
      <div className="tight">
        <StatusLine kind={endings[ending]}>{t(`access.what.${entry.what}`)}</StatusLine>
        <span className="quiet">
          <bdi>{purpose}</bdi> · <Time at={entry.until ?? entry.at} />
        </span>
        <span className="quiet" style={{ overflowWrap: 'anywhere' }}>
          {[
            entry.count > 1 && t('access.count', { count: entry.count }),
            t(`access.ending.${ending}`, { status: entry.outcome?.status ?? 0 }),
            entry.messageId !== null && t('access.mail', { id: entry.messageId.slice(-8) }),
            entry.fields.length > 0 && t('access.fields', { fields: entry.fields.join(', ') }),
          ]
            .filter((part) => part !== false)
            .join(' · ')}
        </span>
        {!entry.verifiable && <StatusLine kind="bad">{t('access.unverifiable')}</StatusLine>}
      </div>
    </li>
  )
}

function usePurpose({ purpose }: AccessLogEntry): string {
  const t = useText()
  const { data: recipes = [] } = useQuery(recipesQuery)
  if (purpose.kind !== 'recipes') return t(`access.purpose.${purpose.kind}`)
  const names = purpose.recipeIds.map((wanted) => recipes.find(({ id }) => id === wanted)?.name ?? t('run.recipe-gone'))
  return t('access.purpose.recipes', { recipes: names.join(', ') })
}

const endings = { answered: 'good', absent: 'quiet', refused: 'warn', 'no-answer': 'warn', open: 'waiting' } as const satisfies Record<
  string,
  StatusKind
>

function endingOf({ outcome }: AccessLogEntry): keyof typeof endings {
  if (outcome === null) return 'open'
  if (outcome.status === 0) return 'no-answer'
  if (outcome.status < 300) return 'answered'
  return outcome.status === 404 ? 'absent' : 'refused'
}
