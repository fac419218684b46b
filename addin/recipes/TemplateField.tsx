import { Field, Input, Select } from '@fluentui/react-components'
import { useId, useRef } from 'react'
import type { BoardColumn } from '../../contract/board.ts'
import { messageNames } from '../../recipes/template-names.ts'
import { useText } from '../shell/use-text.ts'
import { useFault } from './faults.ts'
import { useSample } from './sample.ts'

type Parts = {
  label: string
  value: string
  pointer: string
  required?: boolean
  /** The column that it fills: its labels are offered beside the mail's own values. */
  column?: BoardColumn
  onChange: (value: string) => void
}

const names = Object.keys(messageNames).filter((name): name is keyof typeof messageNames => name in messageNames)

/** A text into which values of the mail can be put, where the caret stands. */
export function TemplateField({ label, value, pointer, required = false, column, onChange }: Parts) {
  const t = useText()
  const fault = useFault(pointer)
  const sample = useSample(value, column)
  const hint = sample.text !== '' && { hint: t('template.sample', { sample: sample.text }) }
  const warning = sample.leftOut !== undefined && {
    validationState: 'warning' as const,
    validationMessage: t('template.left-out', { reason: sample.leftOut }),
  }
  const labels = column?.labels ?? []
  const input = useRef<HTMLInputElement>(null)
  const insertLabel = useId()
  const insert = (text: string) => {
    const { selectionStart, selectionEnd } = input.current ?? {}
    onChange(value.slice(0, selectionStart ?? value.length) + text + value.slice(selectionEnd ?? value.length))
    input.current?.focus()
  }
  return (
    <div className="tight">
      <Field label={label} required={required} {...hint} {...warning} {...(fault && { validationState: 'error' as const, ...fault })}>
        <Input input={{ ref: input }} value={value} onChange={(_event, data) => onChange(data.value)} />
      </Field>
      <span id={insertLabel} className="hidden">
        {t('template.insert.into', { label })}
      </span>
      <Select
        size="small"
        value=""
        aria-labelledby={insertLabel}
        style={{ alignSelf: 'flex-start', maxWidth: '100%' }}
        onChange={(_event, chosen) => {
          if (chosen.value !== '') insert(chosen.value)
        }}
      >
        <option value="">{t('template.insert')}</option>
        {names.map((name) => (
          <option key={name} value={`{{ ${name} }}`}>
            {t(`template.${name}`)}
          </option>
        ))}
        {labels.length > 0 && (
          <optgroup label={t('template.labels')}>
            {labels.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </optgroup>
        )}
      </Select>
    </div>
  )
}
