import { Button, Field, Input, Select } from '@fluentui/react-components'
import { DeleteRegular } from '@fluentui/react-icons/svg/delete'
import { type Condition, conditions } from '../../recipes/conditions/conditions.ts'
import { fields } from '../../recipes/conditions/fields.ts'
import { operatorsOf } from '../../recipes/conditions/operators.ts'
import { useLanguage, useText } from '../shell/use-text.ts'
import { useFault } from './faults.ts'
import { ValueFields } from './ValueFields.tsx'

type Parts = { number: number; condition: Condition; pointer: string; onChange: (condition: Condition) => void; onRemove: () => void }

/** One condition: what is looked at, how, and for which values, all drawn from the language's own tables. */
export function ConditionFields({ number, condition, pointer, onChange, onRemove }: Parts) {
  const t = useText()
  const fault = useFault(pointer)
  const language = useLanguage()
  const operators = operatorsOf[fields[condition.field].kind]
  return (
    <fieldset className="card">
      <legend className="hidden">{t('condition', { number })}</legend>
      <div className="row" style={{ alignItems: 'flex-end' }}>
        <Field label={t('condition.field')} className="grow">
          <Select
            value={condition.field}
            onChange={(_event, { value }) => {
              const field = conditions.names.find((known) => known === value)
              if (field) onChange(conditions.withField(field, condition))
            }}
          >
            {conditions.names.map((field) => (
              <option key={field} value={field}>
                {fields[field].words[language].label}
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
      {conditions.isOn('header', condition) && (
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
      {operators.length > 1 && (
        <Field label={t('condition.operator')}>
          <Select value={condition.operator} onChange={(_event, { value }) => onChange(conditions.withOperator(condition, value))}>
            {operators.map((operator) => (
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
