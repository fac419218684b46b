import { createContext, useContext } from 'react'

type Fault = { pointer: string; detail: string }

/** The recipe's faults by place. Empty until the person has asked to save: nobody likes red before the first word. */
export const FaultsContext = createContext<readonly Fault[]>([])

/** Props for a Fluent Field: the first fault at this place or under it. */
export function useFault(pointer: string): { validationMessage: string } | undefined {
  const fault = useContext(FaultsContext).find((each) => each.pointer === pointer || each.pointer.startsWith(`${pointer}/`))
  return fault && { validationMessage: fault.detail }
}
