import { Button, Field, Radio, RadioGroup, Textarea } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Policy } from '../../contract/me.ts'
import { call } from '../api/call.ts'
import { policyQuery } from '../api/queries.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { Skeleton } from '../shell/Skeleton.tsx'
import { useText } from '../shell/use-text.ts'

/** For administrators: who in the organisation may create recipes. */
export function PolicyCard() {
  const policy = useQuery(policyQuery)
  if (policy.isPending) return <Skeleton cards={1} />
  if (policy.isError) return <ProblemBar error={policy.error} onRetry={() => void policy.refetch()} />
  return <PolicyForm policy={policy.data} />
}

function PolicyForm({ policy }: { policy: Policy }) {
  const t = useText()
  const queries = useQueryClient()
  const [who, setWho] = useState(typeof policy.createRecipes === 'string' ? policy.createRecipes : 'list')
  const [list, setList] = useState(Array.isArray(policy.createRecipes) ? policy.createRecipes.join('\n') : '')
  const save = useMutation({
    mutationFn: () =>
      call('writePolicy', {
        body: {
          createRecipes: who === 'list' ? list.split(/[\s,;]+/).filter((id) => id !== '') : who === 'admins' ? 'admins' : 'everyone',
        },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['policy'] }),
  })
  return (
    <section className="card">
      <Field label={t('policy.title')}>
        <RadioGroup value={who} onChange={(_event, data) => setWho(data.value)}>
          <Radio value="everyone" label={t('policy.everyone')} />
          <Radio value="admins" label={t('policy.admins')} />
          <Radio value="list" label={t('policy.list')} />
        </RadioGroup>
      </Field>
      {who === 'list' && (
        <Field label={t('policy.ids')} hint={t('policy.ids.hint')}>
          <Textarea value={list} rows={3} onChange={(_event, data) => setList(data.value)} />
        </Field>
      )}
      {save.isError && <ProblemBar error={save.error} />}
      <div className="row">
        <Button disabledFocusable={save.isPending} onClick={() => save.mutate()}>
          {t('save')}
        </Button>
        <span aria-live="polite" className="quiet">
          {save.isSuccess && t('saved')}
        </span>
      </div>
    </section>
  )
}
