import type { TryResult } from '../../contract/recipe.ts'
import { explain } from '../../recipes/explain.ts'
import type { RecipeBody } from '../../recipes/recipe.ts'
import { StatusLine } from '../shell/StatusLine.tsx'
import { useLanguage, useText } from '../shell/use-text.ts'

type Decision = TryResult['results'][number]['conditions'][number]

type Parts = { recipe: RecipeBody; decisions: readonly Decision[]; unknown?: ReadonlySet<string> }

const nothing: ReadonlySet<string> = new Set()

/** Each condition with a tick or a cross, in the language's own words and with the value that decided it. */
export function DecisionList({ recipe, decisions, unknown = nothing }: Parts) {
  const t = useText()
  if (decisions.length === 0) return <p className="quiet">{t('decision.every-mail')}</p>
  return (
    <ul className="tight">
      {decisions.map((decision) => (
        <li key={decision.pointer}>
          <Line recipe={recipe} decision={decision} unknown={unknown} />
        </li>
      ))}
    </ul>
  )
}

function Line({ recipe, decision, unknown }: { recipe: RecipeBody; decision: Decision; unknown: ReadonlySet<string> }) {
  const t = useText()
  const language = useLanguage()
  const words = <bdi>{explain(decision, recipe, language)}</bdi>
  return (
    <>
      {unknown.has(decision.pointer) ? (
        <StatusLine kind="waiting">{t('decision.unknown')}</StatusLine>
      ) : (
        <StatusLine kind={decision.holds ? 'good' : 'bad'}>
          <span className="hidden">{t(decision.holds ? 'decision.holds' : 'decision.fails')} </span>
          {words}
        </StatusLine>
      )}
      {decision.children !== undefined && (
        <div className="group">
          <DecisionList recipe={recipe} decisions={decision.children} unknown={unknown} />
        </div>
      )}
    </>
  )
}
