// Heavy work holds much memory while it waits, a mail of 25 MB for one. There is room for a few at a time; whoever finds none
// comes again later.
import { Busy } from './too-heavy.ts'

export type Rooms = { left: number }

export type Room = {
  /** True: it has been taken, or was before. */
  mayBeLarge(): boolean
  isTaken(): boolean
  /** Throws Busy where there is none left. */
  take(): void
}

/** What was taken is given back when the work has ended. */
export async function inRoom<Result>(rooms: Rooms, work: (room: Room) => Promise<Result>): Promise<Result> {
  let isTaken = false
  const mayBeLarge = () => {
    if (isTaken) return true
    if (rooms.left === 0) return false
    rooms.left -= 1
    isTaken = true
    return true
  }
  const take = () => {
    if (!mayBeLarge()) throw new Busy()
  }
  try {
    return await work({ mayBeLarge, isTaken: () => isTaken, take })
  } finally {
    if (isTaken) rooms.left += 1
  }
}
