import { Button, Field, Input, Select } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { columnTypeNames } from '../../recipes/column.ts'
import type { TextId } from '../shell/language.ts'
import { useText } from '../shell/use-text.ts'

type ColumnType = (typeof columnTypeNames)[number]

export type NewColumn = { key: string; title: string; type: ColumnType; labels: string; locale: string }

/** What most boards fed by mail need; each can be taken off. */
export const suggestedColumns = (t: (id: TextId) => string): NewColumn[] => [
  { key: 'status', title: t('column.suggested.status'), type: 'status', labels: t('column.suggested.labels'), locale: '' },
  { key: 'sender', title: t('column.suggested.sender'), type: 'email', labels: '', locale: '' },
  { key: 'received', title: t('column.suggested.received'), type: 'date', labels: '', locale: '' },
]

type Parts = { columns: NewColumn[]; onChange: (columns: NewColumn[]) => void }

export function ColumnRows({ columns, onChange }: Parts) {
  const t = useText()
  const change = (key: string, part: Partial<NewColumn>) =>
    onChange(columns.map((column) => (column.key === key ? { ...column, ...part } : column)))
  return (
    <fieldset className="stack">
      <legend>{t('columns')}</legend>
      {columns.map((column, index) => (
        <div className="card" key={column.key}>
          <div className="row" style={{ alignItems: 'flex-end' }}>
            <Field label={t('column.title', { number: index + 1 })} className="grow">
              <Input value={column.title} maxLength={255} onChange={(_event, data) => change(column.key, { title: data.value })} />
            </Field>
            <Button
              appearance="subtle"
              icon={<DeleteRegular />}
              aria-label={t('column.remove', { title: column.title })}
              title={t('column.remove', { title: column.title })}
              onClick={() => onChange(columns.filter(({ key }) => key !== column.key))}
            />
          </div>
          <Field label={t('column.type')}>
            <Select
              value={column.type}
              onChange={(_event, { value }) => {
                const type = columnTypeNames.find((known) => known === value)
                if (type) change(column.key, { type })
              }}
            >
              {columnTypeNames.map((type) => (
                <option key={type} value={type}>
                  {t(`column.type.${type}`)}
                </option>
              ))}
            </Select>
          </Field>
          {column.type === 'numbers' && (
            <Field label={t('column.locale')} hint={t('column.locale.hint')}>
              <Select value={column.locale} onChange={(_event, { value }) => change(column.key, { locale: value })}>
                <option value="">{t('column.locale.unknown')}</option>
                <option value="en">1,234.56</option>
                <option value="de">1.234,56</option>
              </Select>
            </Field>
          )}
          {(column.type === 'status' || column.type === 'dropdown') && (
            <Field label={t('column.labels')} hint={t('column.labels.hint')}>
              <Input value={column.labels} onChange={(_event, data) => change(column.key, { labels: data.value })} />
            </Field>
          )}
        </div>
      ))}
      <Button onClick={() => onChange([...columns, { key: crypto.randomUUID(), title: '', type: 'text', labels: '', locale: '' }])}>
        {t('column.add')}
      </Button>
    </fieldset>
  )
}
