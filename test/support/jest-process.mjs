// Loaded before jest and each of its workers.
import { subscribe } from 'node:diagnostics_channel'
import '../../scripts/end-with-npm.mjs'

// An interrupted run must leave no server behind. Tests cannot ensure that: the `process` that jest gives them gets no `exit`. jest's
// workers are left out, because they notice themselves and have their own children to end.
const children = new Set()
subscribe('child_process', ({ process: child }) => {
  children.add(child)
  child.once('exit', () => children.delete(child))
})
process.once('exit', () => {
  for (const child of children) if (!child.connected) child.kill('SIGTERM')
})
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(1))

// A finished worker would free its heap of half a gigabyte before it ends, which on a busy machine takes longer than jest waits for it.
// `exit` leaves that to the system.
if (process.send !== undefined) process.once('beforeExit', () => process.exit())
