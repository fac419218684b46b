// What a database does for as long as this process is connected to it.

/** Notifications are hints: onGap is called when some may have been missed. Gives a function that stops listening. */
export type Listen = (channel: string, onPayload: (payload: string) => void, onGap?: () => void) => Promise<() => void | Promise<void>>

/** Holds an advisory lock (two 32-bit numbers) while this process lives. `onAgain` is called after a lost connection, when it is held again. */
export type Hold = (key: readonly [number, number], onAgain: () => void) => Promise<() => Promise<void>>
