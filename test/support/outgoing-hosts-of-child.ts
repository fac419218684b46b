// Loaded before a server: appends each host to which it opens a connection to the file in OUTGOING_HOSTS.
import { appendFileSync } from 'node:fs'
import net from 'node:net'
import { type Connect, hostOf } from './outgoing-host.ts'

const file = process.env['OUTGOING_HOSTS']
const prototype = net.Socket.prototype as unknown as { connect: Connect }
const { connect } = prototype

if (file !== undefined)
  prototype.connect = function (...given) {
    appendFileSync(file, `${hostOf(given)}\n`)
    return Reflect.apply(connect, this, given)
  }
