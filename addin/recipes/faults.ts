import { createContext, useCallback, useContext } from 'react'
import { useTextIfThere, useText } from '../shell/use-text.ts'

type Fault = { pointer: string; detail: string; code?: string | undefined }

/** The recipe's faults by place. Empty until the person has asked to save: nobody likes red before the first word. */
export const FaultsContext = createContext<readonly Fault[]>([])

/** Props for a Fluent Field: the first fault at this place or under it. */
export function useFault(pointer: string): { validationMessage: string } | undefined {
  const words = useFaultWords()
  const fault = useContext(FaultsContext).find((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`))
  return fault && { validationMessage: words(fault) }
}

/** A fault in the person's language; its own detail is for programs, and English. */
export function useFaultWords() {
  const t = useText()
  const textIfThere = useTextIfThere()
  return useCallback(
    ({ pointer, code }: Fault): string => {
      if (code === 'too-small') return t(/\/values(\/\d+)?$/.test(pointer) ? 'issue.empty-value' : 'form.required')
      return textIfThere(`issue.${code}`) ?? t('issue.not-valid')
    },
    [t, textIfThere],
  )
}
