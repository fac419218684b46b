// Heavy work holds much memory while it waits, a mail of 25 MB for one. There is room for a few at a time, and for fewer of one
// tenant and of one person, so that others find some; whoever finds none comes again later.
import { Busy } from './too-heavy.ts'

export type Owner = { tenantId: string; personId: string }

export type Rooms = { take(owner: Owner): boolean; giveBack(owner: Owner): void }

type Bounds = { all: number; ofTenant: number; ofPerson: number }

export function openRooms(most: Bounds): Rooms {
  const held: Owner[] = []
  return {
    take(owner) {
      const ofTenant = held.filter(({ tenantId }) => tenantId === owner.tenantId)
      const ofPerson = ofTenant.filter(({ personId }) => personId === owner.personId)
      if (held.length >= most.all || ofTenant.length >= most.ofTenant || ofPerson.length >= most.ofPerson) return false
      held.push(owner)
      return true
    },
    giveBack(owner) {
      held.splice(held.indexOf(owner), 1)
    },
  }
}

export type Room = {
  /** True: it has been taken, or was before. */
  mayBeLarge(): boolean
  isTaken(): boolean
  /** Throws Busy where there is none left. */
  take(): void
}

/** What was taken is given back when the work has ended. */
export async function inRoom<Result>(rooms: Rooms, { tenantId, personId }: Owner, work: (room: Room) => Promise<Result>): Promise<Result> {
  const owner = { tenantId, personId }
  let isTaken = false
  const mayBeLarge = () => (isTaken ||= rooms.take(owner))
  const take = () => {
    if (!mayBeLarge()) throw new Busy()
  }
  try {
    return await work({ mayBeLarge, isTaken: () => isTaken, take })
  } finally {
    if (isTaken) rooms.giveBack(owner)
  }
}
