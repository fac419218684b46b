import { Field, Select } from '@fluentui/react-components'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Outcome } from '../../contract/run.ts'
import { recipesQuery, runsQuery } from '../api/queries.ts'
import { Heading } from '../shell/Heading.tsx'
import { PagedRows } from '../shell/PagedRows.tsx'
import { useText } from '../shell/use-text.ts'
import { MailList } from './MailList.tsx'
import { RunRow } from './RunRow.tsx'

const outcomes = ['done', 'skipped', 'failed', 'waiting', 'needs-you'] as const satisfies readonly Outcome[]

export function Activity() {
  const t = useText()
  const [outcome, setOutcome] = useState<Outcome | undefined>()
  const [recipe, setRecipe] = useState('')
  const { data: recipes = [] } = useQuery(recipesQuery)
  return (
    <>
      <Heading>{t('activity.title')}</Heading>
      <div className="row">
        <Field label={t('activity.outcome')} className="grow">
          <Select value={outcome ?? ''} onChange={(_event, { value }) => setOutcome(outcomes.find((known) => known === value))}>
            <option value="">{t('activity.all')}</option>
            {outcomes.map((name) => (
              <option key={name} value={name}>
                {t(`outcome.${name}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Field label={t('activity.recipe')} className="grow">
          <Select value={recipe} onChange={(_event, { value }) => setRecipe(value)}>
            <option value="">{t('activity.all')}</option>
            {recipes.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {outcome || recipe ? <FilteredRuns outcome={outcome} recipe={recipe} /> : <MailList />}
      <p className="quiet">{t('activity.retention')}</p>
    </>
  )
}

function FilteredRuns({ outcome, recipe }: { outcome: Outcome | undefined; recipe: string }) {
  const t = useText()
  const runs = useInfiniteQuery(runsQuery({ ...(outcome && { outcome }), ...(recipe && { recipe }) }))
  return (
    <PagedRows query={runs} empty={t('activity.none')}>
      {(run) => <RunRow key={run.id} run={run} by="mail" />}
    </PagedRows>
  )
}
