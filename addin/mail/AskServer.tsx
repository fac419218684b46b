// Where Outlook shows too little of a mail to judge it, its owner can ask the server, which reads it as a try does and writes nothing.
import { Button, Spinner } from '@fluentui/react-components'
import { useMutation } from '@tanstack/react-query'
import type { SavedRecipe } from '../../contract/recipe.ts'
import { call } from '../api/call.ts'
import { DecisionList } from '../recipes/DecisionList.tsx'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useText } from '../shell/use-text.ts'

export function AskServer({ recipe, messageId }: { recipe: SavedRecipe; messageId: string }) {
  const t = useText()
  const { name, enabled, trigger, conditions, actions } = recipe
  const ask = useMutation({
    mutationFn: () => call('tryRecipe', { body: { recipe: { name, enabled, trigger, conditions, actions }, message: { id: messageId } } }),
  })
  const result = ask.data?.results[0]
  return (
    <div className="stack" aria-live="polite">
      {result === undefined && (
        <div>
          <Button
            size="small"
            disabledFocusable={ask.isPending}
            icon={ask.isPending ? <Spinner size="tiny" /> : null}
            onClick={() => !ask.isPending && ask.mutate()}
          >
            {t('on-mail.ask')}
          </Button>
        </div>
      )}
      {ask.isError && <ProblemBar error={ask.error} />}
      {result !== undefined && (
        <>
          <StatusLine kind={result.matches ? 'good' : 'quiet'}>
            <span className="strong">{t(result.matches ? 'on-mail.matches' : 'on-mail.does-not-match')}</span>
          </StatusLine>
          <DecisionList recipe={recipe} decisions={result.conditions} />
        </>
      )}
    </div>
  )
}
