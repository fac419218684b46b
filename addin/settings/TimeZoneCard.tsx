import { Field, Select } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { call } from '../api/call.ts'
import { meQuery } from '../api/queries.ts'
import { hostTimeZone } from '../office/time-zone.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'

/** Which clock the dates of recipes and date columns go by. */
export function TimeZoneCard() {
  const t = useText()
  const queries = useQueryClient()
  const { data: me } = useQuery(meQuery)
  const save = useMutation({
    mutationFn: (timeZone: string) => call('writeTimeZone', { body: { timeZone } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: meQuery.queryKey }),
  })
  if (me === undefined) return null
  const zones = Intl.supportedValuesOf('timeZone')
  const listed = me.timeZone === null || zones.includes(me.timeZone) ? zones : [me.timeZone, ...zones]
  return (
    <section className="card">
      <Field label={t('settings.time-zone')} hint={t('settings.time-zone.hint')}>
        <Select value={me.timeZone ?? ''} onChange={(_event, { value }) => save.mutate(value === '' ? hostTimeZone() : value)}>
          <option value="">{t('settings.time-zone.outlook')}</option>
          {listed.map((zone) => (
            <option key={zone} value={zone}>
              {zone}
            </option>
          ))}
        </Select>
      </Field>
      {me.timeZone === null && <StatusLine kind="warn">{t('settings.time-zone.unknown')}</StatusLine>}
      {save.isError && <ProblemBar error={save.error} />}
    </section>
  )
}
