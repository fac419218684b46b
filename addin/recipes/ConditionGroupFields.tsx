import { Button, Field, Select } from '@fluentui/react-components'
import type { Condition } from '../../recipes/conditions/conditions.ts'
import { type ConditionGroup, type ConditionNode, membersOf } from '../../recipes/group.ts'
import { limits } from '../../recipes/limits.ts'
import { useText } from '../shell/use-text.ts'
import { ConditionFields } from './ConditionFields.tsx'

const kinds = ['all', 'any', 'none'] as const
type Kind = (typeof kinds)[number]

type Parts = { group: ConditionGroup; pointer: string; depth: number; onChange: (group: ConditionGroup) => void; onRemove?: () => void }

/** A group of conditions, with the groups inside it. */
export function ConditionGroupFields({ group, pointer, depth, onChange, onRemove }: Parts) {
  const t = useText()
  const { kind, members } = membersOf(group)
  const changeAt = (index: number, node: ConditionNode) =>
    onChange(
      groupOf(
        kind,
        members.map((each, at) => (at === index ? node : each)),
      ),
    )
  const removeAt = (index: number) =>
    onChange(
      groupOf(
        kind,
        members.filter((_each, at) => at !== index),
      ),
    )
  const add = (node: ConditionNode) => onChange(groupOf(kind, [...members, node]))
  return (
    <fieldset className={depth === 1 ? 'stack' : 'group'}>
      <legend>{t(depth === 1 ? 'conditions.title' : 'conditions.group')}</legend>
      <Field label={t('conditions.how')}>
        <Select value={kind} onChange={(_event, { value }) => onChange(groupOf(kinds.find((known) => known === value) ?? 'all', members))}>
          {kinds.map((name) => (
            <option key={name} value={name}>
              {t(`conditions.${name}`)}
            </option>
          ))}
        </Select>
      </Field>
      {members.length === 0 && <p className="quiet">{t(kind === 'any' ? 'conditions.empty.any' : 'conditions.empty')}</p>}
      {members.map((node, index) => {
        const at = `${pointer}/${kind}/${index}`
        return 'field' in node ? (
          <ConditionFields
            key={index}
            number={index + 1}
            condition={node}
            pointer={at}
            onChange={(condition) => changeAt(index, condition)}
            onRemove={() => removeAt(index)}
          />
        ) : (
          <ConditionGroupFields
            key={index}
            group={node}
            pointer={at}
            depth={depth + 1}
            onChange={(next) => changeAt(index, next)}
            onRemove={() => removeAt(index)}
          />
        )
      })}
      <div className="wrap">
        <Button size="small" onClick={() => add(blank)}>
          {t('conditions.add')}
        </Button>
        {depth < limits.depth && (
          <Button size="small" appearance="subtle" onClick={() => add({ none: [blank] })}>
            {t('conditions.add-group')}
          </Button>
        )}
        {onRemove && (
          <Button size="small" appearance="subtle" onClick={onRemove}>
            {t('conditions.remove-group')}
          </Button>
        )}
      </div>
    </fieldset>
  )
}

const blank: Condition = { field: 'subject', operator: 'contains', values: [''] }

function groupOf(kind: Kind, members: ConditionNode[]): ConditionGroup {
  switch (kind) {
    case 'all':
      return { all: members }
    case 'any':
      return { any: members }
    case 'none':
      return { none: members }
  }
}
