import { Checkbox, Field, Select } from '@fluentui/react-components'
import type { Board } from '../../contract/board.ts'
import { type Action, actions } from '../../recipes/actions/actions.ts'
import type { NewItem } from '../../recipes/actions/item.ts'
import { useLanguage, useText } from '../shell/use-text.ts'
import { newItem } from './draft.ts'
import { useFault } from './faults.ts'
import { TemplateField } from './TemplateField.tsx'

type Parts = { action: Action; pointer: string; boards: Board[]; onChange: (action: Action) => void }

/** What the recipe does. The form shows the item that an action creates; an action without one is kept, and only named. */
export function ActionFields({ action, pointer, boards, onChange }: Parts) {
  const t = useText()
  const language = useLanguage()
  const form = actions.formOf(action.kind)
  const item = form?.itemOf(action) ?? null
  if (form === null || item === null) {
    return (
      <section className="card">
        <p>{t('action.kept', { action: actions.nameOf(action.kind, language) ?? action.kind })}</p>
      </section>
    )
  }
  return (
    <fieldset className="stack">
      <legend>{t('action.title')}</legend>
      <Field label={t('action.kind')}>
        <Select value={action.kind} onChange={(_event, { value }) => onChange((actions.formOf(value) ?? form).actionFrom(item))}>
          {actions.kinds.map((kind) => {
            const choice = actions.formOf(kind)?.choice[language]
            return (
              choice && (
                <option key={kind} value={kind}>
                  {choice}
                </option>
              )
            )
          })}
        </Select>
      </Field>
      <ItemFields item={item} pointer={pointer + form.itemAt} boards={boards} onChange={(next) => onChange(form.actionFrom(next))} />
    </fieldset>
  )
}

type ItemParts = { item: NewItem; pointer: string; boards: Board[]; onChange: (item: NewItem) => void }

function ItemFields({ item, pointer, boards, onChange }: ItemParts) {
  const t = useText()
  const boardFault = useFault(`${pointer}/board`)
  const board = boards.find(({ id }) => id === item.board.id)
  const change = (part: Partial<NewItem>) => onChange({ ...item, ...part })
  const changeGroup = (group: string) => {
    const { group: _group, ...rest } = item
    onChange(group === '' ? rest : { ...rest, group })
  }
  const changeUpdate = (on: boolean) => {
    const { update: _update, ...rest } = item
    onChange(on ? { ...rest, update: '{{ message.body.html }}' } : rest)
  }
  return (
    <>
      <Field label={t('action.board')} required {...(board ? boardFault : { validationMessage: t('problem.board-not-found') })}>
        <Select
          value={board?.id ?? ''}
          onChange={(_event, { value }) => onChange({ ...newItem(boards.find(({ id }) => id === value)), name: item.name })}
        >
          {!board && <option value="">{t('action.board.choose')}</option>}
          {boards.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {board && board.groups.length > 1 && (
        <Field label={t('action.group')}>
          <Select value={item.group ?? ''} onChange={(_event, { value }) => changeGroup(value)}>
            <option value="">{t('action.group.first')}</option>
            {board.groups.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <TemplateField
        label={t('action.name')}
        required
        value={item.name}
        pointer={`${pointer}/name`}
        onChange={(name) => change({ name })}
      />
      {board?.columns.map((column) => (
        <TemplateField
          key={column.id}
          label={t('action.column', { title: column.title, type: t(`column.type.${column.type}`) })}
          value={item.columns?.[column.id] ?? ''}
          pointer={`${pointer}/columns/${column.id}`}
          column={column}
          onChange={(template) => change({ columns: { ...item.columns, [column.id]: template } })}
        />
      ))}
      <Checkbox
        label={t('action.update')}
        checked={item.update !== undefined}
        onChange={(_event, { checked }) => changeUpdate(checked === true)}
      />
      <Checkbox
        label={t('action.attachments')}
        checked={item.attachments === 'files'}
        onChange={(_event, { checked }) => change({ attachments: checked === true ? 'files' : 'none' })}
      />
      {board && <p className="quiet">{t(`action.seen-by.${board.visibility}`)}</p>}
    </>
  )
}
