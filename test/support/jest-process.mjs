// Loaded ahead of jest and each of its workers.
import { subscribe } from 'node:diagnostics_channel'
import '../../scripts/end-with-npm.mjs'

// A run that is broken off leaves no server behind. Tests cannot see to that: the `process` that jest gives them hears no `exit`. jest's
// workers are left out, since they notice by themselves and have children of their own to end.
const children = new Set()
subscribe('child_process', ({ process: child }) => {
  children.add(child)
  child.once('exit', () => children.delete(child))
})
process.once('exit', () => {
  for (const child of children) if (!child.connected) child.kill('SIGTERM')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

// A worker that has nothing left to do would take its heap of half a gigabyte apart before it ends, which on a busy machine lasts
// longer than jest waits for it. `exit` leaves that to the system.
if (process.send !== undefined) process.once('beforeExit', () => process.exit())
