import { Button, Field, Textarea } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { htmlText } from '../../recipes/escape.ts'
import { call } from '../api/call.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { useText } from '../shell/use-text.ts'

export function NewUpdate({ itemId }: { itemId: string }) {
  const t = useText()
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const post = useMutation({
    mutationFn: () => call('createUpdate', { params: { id: itemId }, body: { body: htmlFromText(text.trim()) } }),
    onSuccess: async () => {
      setText('')
      await queries.invalidateQueries({ queryKey: ['updates', itemId] })
    },
  })
  return (
    <div className="stack">
      <Field label={t('update.new')}>
        <Textarea value={text} resize="vertical" onChange={(_event, data) => setText(data.value)} />
      </Field>
      {post.isError && <ProblemBar error={post.error} />}
      <div>
        <Button
          disabledFocusable={text.trim() === '' || post.isPending}
          onClick={() => text.trim() !== '' && !post.isPending && post.mutate()}
        >
          {t('update.post')}
        </Button>
      </div>
    </div>
  )
}

const htmlFromText = (text: string) =>
  text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${htmlText(paragraph)}</p>`)
    .join('')
