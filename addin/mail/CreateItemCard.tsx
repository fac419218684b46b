import { Button, Field, MessageBar, MessageBarBody, Select, Spinner } from '@fluentui/react-components'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Insight } from '../../contract/run.ts'
import { call } from '../api/call.ts'
import { boardsQuery } from '../api/queries.ts'
import type { OpenMessage } from '../office/open-message.ts'
import { recall, remember } from '../office/storage.ts'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { useText } from '../shell/use-text.ts'

/** One click makes an item of the open mail, on the board that was used last. */
export function CreateItemCard({ message, linked }: { message: OpenMessage; linked: Insight['items'] }) {
  const t = useText()
  const { go } = useNavigation()
  const queries = useQueryClient()
  const { data: boards } = useQuery(boardsQuery)
  const [chosen, setChosen] = useState(() => recall('board'))
  const board = boards?.find(({ id }) => id === chosen) ?? boards?.[0]
  const create = useMutation({
    mutationFn: (boardId: string) =>
      call('actOnMessage', {
        params: { id: message.id },
        body: {
          action: {
            kind: 'create-item',
            board: { target: 'built-in', id: boardId },
            name: '{{ message.subject }}',
            update: '{{ message.body.html }}',
            attachments: 'files',
          },
        },
      }),
    onSuccess: async () => {
      await Promise.all(['insight', 'items', 'activity', 'runs'].map((first) => queries.invalidateQueries({ queryKey: [first] })))
    },
  })
  if (boards === undefined) return null
  if (board === undefined) {
    return (
      <section className="card">
        <p>{t('create.no-board')}</p>
        <Button onClick={() => go({ name: 'new-board' })}>{t('boards.new')}</Button>
      </section>
    )
  }
  const already = linked.find(({ boardId }) => boardId === board.id)
  const madeItem = create.data?.actions.find(({ itemId }) => itemId !== undefined)?.itemId
  return (
    <section className="card" aria-label={t('create.title')}>
      <Field label={t('create.board')}>
        <Select
          value={board.id}
          onChange={(_event, { value }) => {
            setChosen(value)
            remember('board', value)
          }}
        >
          {boards.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      {already && !create.isSuccess && <p className="quiet">{t('create.already', { board: board.name })}</p>}
      {create.isError && <ProblemBar error={create.error} />}
      {create.isSuccess && (
        <MessageBar intent="success" layout="multiline" aria-live="polite">
          <MessageBarBody>{t('create.done', { board: board.name })}</MessageBarBody>
        </MessageBar>
      )}
      {create.isSuccess && madeItem ? (
        <Button onClick={() => go({ name: 'item', id: madeItem })}>{t('create.open')}</Button>
      ) : (
        <Button
          appearance="primary"
          disabledFocusable={create.isPending}
          icon={create.isPending ? <Spinner size="tiny" /> : null}
          onClick={() => !create.isPending && create.mutate(board.id)}
        >
          {t(already ? 'create.anyway' : 'create.title')}
        </Button>
      )}
    </section>
  )
}
