// Heavy work needs much memory while it waits, for instance a message of 25 MB. There is room for a few at a time, and for fewer per
// tenant and per person, so that some is left for others. Work that finds no room is tried again later.
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
  /** True: it is taken now, or was taken before. */
  mayBeLarge(): boolean
  isTaken(): boolean
  /** Throws Busy if none is left. */
  take(): void
}

/** The room is given back when the work has ended. */
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
