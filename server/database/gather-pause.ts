/**
 * How long those who ask wait for others to ask along with them, after so many came the last time: long enough for who is at
 * the same point, and not felt by anybody; for who came alone, no longer than it takes to see that.
 */
export const gatherPauseMs = (cameTogether: number): number => (cameTogether > 1 ? 12 : 3)
