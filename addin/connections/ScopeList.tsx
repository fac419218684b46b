import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { useText, useTextIfThere } from '../shell/use-text.ts'

/** Each permission by its name at Microsoft, with the reason why it is asked. */
export function ScopeList({ scopes }: { scopes: readonly string[] }) {
  const t = useText()
  const textIfThere = useTextIfThere()
  return (
    <div className="card">
      <h2>{t('scopes.title')}</h2>
      <ul className="stack">
        {scopes.map((scope) => (
          <li key={scope} className="row" style={{ alignItems: 'flex-start' }}>
            <span className="icon good" aria-hidden="true">
              <CheckmarkCircleRegular />
            </span>
            <span>
              <span className="strong">{scope}</span>
              <br />
              <span className="quiet">{textIfThere(`scope.${scope}`)}</span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}
