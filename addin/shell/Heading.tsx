import { Button } from '@fluentui/react-components'
import { ArrowLeftRegular } from '@fluentui/react-icons/svg/arrow-left'
import type { ReactNode } from 'react'
import { useNavigation } from './navigation.ts'
import { useText } from './use-text.ts'

/** A screen's title, the way back where there is one, and its main action at the end. */
export function Heading({ children, action, back = false }: { children: ReactNode; action?: ReactNode; back?: boolean }) {
  const t = useText()
  const navigation = useNavigation()
  return (
    <div className="between">
      <div className="row grow">
        {back && (
          <Button appearance="subtle" icon={<ArrowLeftRegular />} aria-label={t('back')} title={t('back')} onClick={navigation.back} />
        )}
        <h1 className="clamp">{children}</h1>
      </div>
      {action}
    </div>
  )
}
