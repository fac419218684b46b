import type { NotUndone as Left } from '../../contract/run.ts'
import { useText } from '../shell/use-text.ts'

/** Which actions of a run could not be undone, and why. */
export function NotUndone({ left }: { left: readonly Left[] }) {
  const t = useText()
  if (left.length === 0) return null
  return (
    <ul className="tight" aria-live="polite">
      {left.map(({ pointer, code }) => (
        <li key={pointer}>{t(`run.not-undone.${code}`, { number: Number(pointer.split('/').at(-1)) + 1 })}</li>
      ))}
    </ul>
  )
}

const codes: readonly string[] = ['touched', 'added-to', 'not-shared'] satisfies Left['code'][]

/** Of a problem's errors those that tell of actions. */
export const leftFrom = (errors: readonly { pointer: string; detail: string; code?: string | undefined }[] = []): Left[] =>
  errors.filter((error): error is Left => error.code !== undefined && codes.includes(error.code))
