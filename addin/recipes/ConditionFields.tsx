import { Button, Field, Input, Select } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { fields, operatorsOf } from '../../recipes/condition.ts'
import type { Condition } from '../../recipes/recipe.ts'
import { useText } from '../shell/use-text.ts'
import { allFields, conditionFor } from './draft.ts'
import { useFault } from './faults.ts'
import { ValueFields } from './ValueFields.tsx'
import { withOperator } from './with-operator.ts'

type Parts = { number: number; condition: Condition; pointer: string; onChange: (condition: Condition) => void; onRemove: () => void }

/** One condition: what is looked at, how, and for which values, all drawn from the language's own tables. */
export function ConditionFields({ number, condition, pointer, onChange, onRemove }: Parts) {
  const t = useText()
  const fault = useFault(pointer)
  const { kind } = fields[condition.field]
  return (
    <fieldset className="card">
      <legend className="hidden">{t('condition', { number })}</legend>
      <div className="row" style={{ alignItems: 'flex-end' }}>
        <Field label={t('condition.field')} className="grow">
          <Select
            value={condition.field}
            onChange={(_event, { value }) => {
              const field = allFields.find((known) => known === value)
              if (field) onChange(conditionFor(field, condition))
            }}
          >
            {allFields.map((field) => (
              <option key={field} value={field}>
                {t(`field.${field}`)}
              </option>
            ))}
          </Select>
        </Field>
        <Button
          appearance="subtle"
          icon={<DeleteRegular />}
          aria-label={t('condition.remove', { number })}
          title={t('condition.remove', { number })}
          onClick={onRemove}
        />
      </div>
      {condition.field === 'header' && (
        <Field label={t('condition.header')} hint={t('condition.header.hint')}>
          <Input
            value={condition.name ?? ''}
            placeholder="List-Id"
            onChange={(_event, { value }) => {
              const { name: _name, ...rest } = condition
              onChange(value.trim() === '' ? rest : { ...rest, name: value.trim() })
            }}
          />
        </Field>
      )}
      {kind !== 'flag' && (
        <Field label={t('condition.operator')}>
          <Select value={condition.operator} onChange={(_event, { value }) => onChange(withOperator(condition, value))}>
            {operatorsOf[kind].map((operator) => (
              <option key={operator} value={operator}>
                {t(`operator.${operator}`)}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <ValueFields condition={condition} fault={fault} onChange={onChange} />
    </fieldset>
  )
}
