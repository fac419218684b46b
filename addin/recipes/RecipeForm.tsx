import { Button, Field, Input, Spinner } from '@fluentui/react-components'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { Board } from '../../contract/board.ts'
import type { SavedRecipe } from '../../contract/recipe.ts'
import { type Action, actions } from '../../recipes/actions/actions.ts'
import { parseRecipe } from '../../recipes/parse-recipe.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { recipeWarnings } from '../../recipes/warnings.ts'
import { call } from '../api/call.ts'
import { ProblemError } from '../api/problem.ts'
import { useNavigation } from '../shell/navigation.ts'
import { ProblemBar } from '../shell/ProblemBar.tsx'
import { useText } from '../shell/use-text.ts'
import { ActionFields } from './ActionFields.tsx'
import { Checker } from './Checker.tsx'
import { ConditionGroupFields } from './ConditionGroupFields.tsx'
import { FaultsContext } from './faults.ts'
import { SampleContext, useSampleMessage } from './sample.ts'
import { TryPanel } from './TryPanel.tsx'
import { useSentence } from './use-sentence.ts'

type Parts = { saved: SavedRecipe | null; initial: RecipeBody; boards: Board[] }

export function RecipeForm({ saved, initial, boards }: Parts) {
  const t = useText()
  const { go } = useNavigation()
  const queries = useQueryClient()
  const sentence = useSentence()
  const sample = useSampleMessage()
  const [draft, setDraft] = useState(initial)
  const [asked, setAsked] = useState(false)
  const issues = useMemo(() => {
    const parsed = parseRecipe(withoutEmptyValues(draft))
    return 'issues' in parsed ? parsed.issues : []
  }, [draft])
  const warnings = useMemo(
    () => recipeWarnings(withoutEmptyValues(draft), ({ id }) => boards.find((board) => board.id === id)?.columns),
    [draft, boards],
  )
  const save = useMutation({
    mutationFn: (enabled: boolean) => {
      const body = { ...withoutEmptyValues(draft), enabled }
      return saved ? call('replaceRecipe', { params: { id: saved.id }, body, ifMatch: saved.version }) : call('createRecipe', { body })
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['recipes'] })
      go({ name: 'recipes' })
    },
  })
  const refused = save.error instanceof ProblemError ? (save.error.body.errors ?? []) : []
  const faults = [...issues, ...refused]
  const submit = (enabled: boolean) => {
    setAsked(true)
    if (issues.length === 0 && !save.isPending) save.mutate(enabled)
  }
  const changeAction = (index: number, action: Action) =>
    setDraft({ ...draft, actions: draft.actions.map((each, at) => (at === index ? action : each)) })

  return (
    <FaultsContext.Provider value={asked ? faults : refused}>
      <form className="stack" style={{ gap: 20 }} noValidate onSubmit={(event) => event.preventDefault()}>
        <Field label={t('recipe.name')} required {...(asked && draft.name.trim() === '' && { validationMessage: t('form.required') })}>
          <Input value={draft.name} maxLength={200} onChange={(_event, { value }) => setDraft({ ...draft, name: value })} />
        </Field>
        <ConditionGroupFields
          group={draft.conditions}
          pointer="/conditions"
          depth={1}
          onChange={(conditions) => setDraft({ ...draft, conditions })}
        />
        <SampleContext.Provider value={sample}>
          {draft.actions.map((action, index) => (
            <ActionFields
              // Actions have no id of their own, and the form never reorders them.
              key={index}
              action={action}
              pointer={`/actions/${index}`}
              boards={boards}
              onChange={(next) => changeAction(index, next)}
            />
          ))}
        </SampleContext.Provider>
        <section className="card">
          <p>{sentence(withoutEmptyValues(draft))}</p>
          <Checker issues={issues} warnings={warnings} asked={asked} />
        </section>
        <TryPanel recipe={withoutEmptyValues(draft)} ready={issues.length === 0} />
        {save.isError && <ProblemBar error={save.error} />}
        {!saved?.enabled && <p className="quiet">{t('recipe.on.note')}</p>}
        <div className="foot">
          <Button
            appearance="primary"
            disabledFocusable={save.isPending}
            icon={save.isPending ? <Spinner size="tiny" /> : null}
            onClick={() => submit(true)}
          >
            {t(saved?.enabled ? 'save' : 'recipe.save-on')}
          </Button>
          <Button disabledFocusable={save.isPending} onClick={() => submit(false)}>
            {t(saved?.enabled ? 'recipe.save-off-now' : 'recipe.save-off')}
          </Button>
        </div>
      </form>
    </FaultsContext.Provider>
  )
}

/** A column left empty is not written at all. */
function withoutEmptyValues(recipe: RecipeBody): RecipeBody {
  return {
    ...recipe,
    name: recipe.name.trim(),
    actions: recipe.actions.map(withoutEmptyColumns),
  }
}

/** Where the item is the whole action, so that nothing but the columns changes. */
function withoutEmptyColumns(action: Action): Action {
  const form = actions.formOf(action.kind)
  const item = form?.itemAt === '' ? form.itemOf(action) : null
  if (form === null || item === null) return action
  const filled = Object.entries(item.columns ?? {}).filter(([, template]) => template.trim() !== '')
  return form.actionFrom({ ...item, columns: Object.fromEntries(filled) })
}
