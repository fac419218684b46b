import { Button, Field, Input, Radio, RadioGroup, Spinner } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { call } from '../api/call.ts'
import { Heading } from '../shell/Heading.tsx'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { useText } from '../shell/use-text.ts'
import { ColumnRows, type NewColumn, suggestedColumns } from './ColumnRows.tsx'

export function NewBoard() {
  const t = useText()
  const { go } = useNavigation()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [visibility, setVisibility] = useState<'private' | 'tenant'>('private')
  const [columns, setColumns] = useState<NewColumn[]>(() => suggestedColumns(t))
  const [nameMissing, setNameMissing] = useState(false)
  const create = useMutation({
    mutationFn: () =>
      call('createBoard', {
        body: { name: name.trim(), visibility, columns: columns.filter(({ title }) => title.trim() !== '').map(columnForServer) },
      }),
    onSuccess: async (board) => {
      await queries.invalidateQueries({ queryKey: ['boards'] })
      go({ name: 'boards' })
      go({ name: 'board', id: board.id })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setNameMissing(name.trim() === '')
    if (name.trim() !== '' && !create.isPending) create.mutate()
  }
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <Heading back>{t('boards.new')}</Heading>
      <Field label={t('board.name')} required {...(nameMissing && { validationMessage: t('form.required') })}>
        <Input value={name} maxLength={255} onChange={(_event, data) => setName(data.value)} />
      </Field>
      <Field label={t('board.visibility')}>
        <RadioGroup value={visibility} onChange={(_event, data) => setVisibility(data.value === 'tenant' ? 'tenant' : 'private')}>
          <Radio value="private" label={t('board.visibility.private')} />
          <Radio value="tenant" label={t('board.visibility.tenant')} />
        </RadioGroup>
      </Field>
      <ColumnRows columns={columns} onChange={setColumns} />
      {create.isError && <ProblemBar error={create.error} />}
      <Button
        appearance="primary"
        type="submit"
        disabledFocusable={create.isPending}
        icon={create.isPending ? <Spinner size="tiny" /> : null}
      >
        {t('boards.create')}
      </Button>
    </form>
  )
}

const columnForServer = ({ title, type, labels, locale }: NewColumn) => ({
  title: title.trim(),
  type,
  ...(type === 'numbers' && locale !== '' && { locale }),
  ...((type === 'status' || type === 'dropdown') && {
    labels: labels
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
  }),
})
