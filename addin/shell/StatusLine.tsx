import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { ClockRegular } from '@fluentui/react-icons/svg/clock'
import { DismissCircleFilled } from '@fluentui/react-icons/svg/dismiss-circle'
import { SubtractCircleRegular } from '@fluentui/react-icons/svg/subtract-circle'
import { WarningFilled } from '@fluentui/react-icons/svg/warning'
import type { ReactNode } from 'react'

const faces = {
  good: [CheckmarkCircleFilled, 'good'],
  bad: [DismissCircleFilled, 'bad'],
  warn: [WarningFilled, 'warn'],
  waiting: [ClockRegular, ''],
  quiet: [SubtractCircleRegular, ''],
} as const

export type StatusKind = keyof typeof faces

/** A state by icon, colour and word together, never by colour alone. */
export function StatusLine({ kind, children }: { kind: StatusKind; children: ReactNode }) {
  const [Icon, colour] = faces[kind]
  return (
    <span className="row" style={{ alignItems: 'flex-start' }}>
      <span className={`icon ${colour}`} aria-hidden="true">
        <Icon />
      </span>
      <span className="grow">{children}</span>
    </span>
  )
}
