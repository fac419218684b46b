import { Field, Input, Select, Textarea } from '@fluentui/react-components'
import { useState } from 'react'
import { type Condition, conditions } from '../../recipes/conditions/conditions.ts'
import type { ChoiceField } from '../../recipes/conditions/field.ts'
import { fields } from '../../recipes/conditions/fields.ts'
import { useLanguage, useText } from '../shell/use-text.ts'

type Parts = { condition: Condition; fault: { validationMessage: string } | undefined; onChange: (condition: Condition) => void }

/** The control of each kind of value. */
export function ValueFields({ condition, fault, onChange }: Parts) {
  const t = useText()
  const language = useLanguage()
  if (conditions.isOn('choice', condition)) {
    const { choices, words }: ChoiceField = fields[condition.field]
    return (
      <Choice
        label={t('condition.value')}
        value={condition.values[0] ?? choices.at(-1) ?? ''}
        options={choices.map((value) => [value, words[language].choices[value] ?? value] as const)}
        onChange={(value) => onChange(conditions.withChoice(condition, value))}
      />
    )
  }
  if (conditions.isOn('size', condition)) {
    return (
      <Field label={t('condition.size')} {...fault}>
        <Input
          type="number"
          min={0}
          value={String(condition.values[0] ?? '')}
          onChange={(_event, { value }) => onChange({ ...condition, values: [Math.max(0, Number(value) || 0)] })}
        />
      </Field>
    )
  }
  if (conditions.isOn('flag', condition)) {
    return (
      <Choice
        label={t('condition.value')}
        value={condition.values[0] === false ? 'no' : 'yes'}
        options={[['yes', t('yes')] as const, ['no', t('no')] as const]}
        onChange={(value) => onChange({ ...condition, values: [value === 'yes'] })}
      />
    )
  }
  return (
    <TextValues
      values={condition.values}
      whole={condition.operator === 'matches'}
      fault={fault}
      onChange={(values) => onChange({ ...condition, values })}
    />
  )
}

type ChoiceParts<Value extends string> = {
  label: string
  value: Value
  options: readonly (readonly [Value, string])[]
  onChange: (value: Value) => void
}

function Choice<Value extends string>({ label, value, options, onChange }: ChoiceParts<Value>) {
  return (
    <Field label={label}>
      <Select
        value={value}
        onChange={(_event, chosen) => {
          const option = options.find(([known]) => known === chosen.value)
          if (option) onChange(option[0])
        }}
      >
        {options.map(([known, words]) => (
          <option key={known} value={known}>
            {words}
          </option>
        ))}
      </Select>
    </Field>
  )
}

type TextParts = { values: string[]; whole: boolean; fault: Parts['fault']; onChange: (values: string[]) => void }

/** Values separated by commas, or one a line where commas may belong to them. What is typed stays as it is typed. */
function TextValues({ values, whole, fault, onChange }: TextParts) {
  const t = useText()
  const byLine = whole || values.some((value) => value.includes(','))
  const [lines, setLines] = useState(byLine)
  const [text, setText] = useState(values.join(byLine ? '\n' : ', '))
  const separator = lines || whole ? '\n' : ','
  const change = (next: string) => {
    setText(next)
    const parts = next.split(separator).map((part) => (whole ? part : part.trim()))
    const filled = parts.filter((part) => part !== '')
    onChange(filled.length > 0 ? filled : [''])
    if (!lines && whole) setLines(true)
  }
  return (
    <Field
      label={t('condition.values')}
      hint={t(whole ? 'condition.values.pattern' : lines ? 'condition.values.lines' : 'condition.values.commas')}
      {...fault}
    >
      {lines || whole ? (
        <Textarea value={text} rows={2} resize="vertical" onChange={(_event, { value }) => change(value)} />
      ) : (
        <Input value={text} onChange={(_event, { value }) => change(value)} />
      )}
    </Field>
  )
}
