// That this person waits for their administrator: remembered on this machine until the mailbox is connected, whether Microsoft said so
// or they saw it in Microsoft's window and closed that.
import { useState } from 'react'
import { recall, remember } from '../office/storage.ts'

export type ApprovalWait = { waits: boolean; begin(): void; end(): void }

export function useApprovalWait(personId: string | undefined): ApprovalWait {
  const [chosen, choose] = useState<boolean | null>(null)
  const waits = personId !== undefined && (chosen ?? recall(name) === personId)
  const set = (next: boolean) => {
    remember(name, next && personId !== undefined ? personId : null)
    choose(next)
  }
  return { waits, begin: () => set(true), end: () => set(false) }
}

const name = 'waits-for-approval'
