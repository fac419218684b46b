// Loaded ahead of jest and each of its workers.
import '../../scripts/end-with-npm.mjs'

// By the usual way out, on which whatever was started is ended: a run that is broken off leaves no server behind.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

// A worker that has nothing left to do would take its heap of half a gigabyte apart before it ends, which on a busy machine lasts
// longer than the half second that jest gives it. `exit` leaves that to the system.
if (process.send !== undefined) process.once('beforeExit', () => process.exit())
