import { createContext, useCallback, useContext } from 'react'
import { faultWords } from '../shell/problem-words.ts'
import { useTextIfThere } from '../shell/use-text.ts'

type Fault = { pointer: string; detail: string; code?: string | undefined }

/** The recipe's faults by place. Empty until the person has asked to save: nobody likes red before the first word. */
export const FaultsContext = createContext<readonly Fault[]>([])

/** Props for a Fluent Field: the first fault at this place or under it. */
export function useFault(pointer: string): { validationMessage: string } | undefined {
  const words = useFaultWords()
  const fault = useContext(FaultsContext).find((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`))
  return fault && { validationMessage: words(fault) }
}

export function useFaultWords() {
  const textIfThere = useTextIfThere()
  return useCallback((fault: Fault): string => faultWords(fault, textIfThere), [textIfThere])
}
