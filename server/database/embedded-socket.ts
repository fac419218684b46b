// What pg takes for its socket: PostgreSQL's protocol to the embedded database, which runs in a thread of its own. However long
// a statement takes, the process goes on answering; a database that ends by itself is to it a server that broke off.
import { Duplex } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { FromDatabase, ToDatabase } from './embedded-thread.ts'

const entry = fileURLToPath(new URL('embedded-thread.ts', import.meta.url))

export class EmbeddedSocket extends Duplex {
  readonly #folder: string
  readonly #free: Promise<void>
  readonly #gone = Promise.withResolvers<void>()
  #thread: Worker | undefined
  #isEnding = false

  /** `free`: nobody else has the folder open. */
  constructor(folder: string, free: Promise<void> = Promise.resolve()) {
    super()
    this.#folder = folder
    this.#free = free
  }

  /** Resolves when the folder is nobody's any more. */
  get gone(): Promise<void> {
    return this.#gone.promise
  }

  /** Emits `connect` when the database is open. */
  connect(): void {
    void this.#free.then(() => {
      if (this.destroyed) this.#gone.resolve()
      else this.#open()
    })
  }

  #open(): void {
    const thread = new Worker(entry, { workerData: { folder: this.#folder }, execArgv: [] })
    this.#thread = thread
    thread.on('message', (message: FromDatabase) => {
      if (message === 'open') this.emit('connect')
      else this.push(Buffer.from(message.buffer, message.byteOffset, message.byteLength))
    })
    thread.on('error', (error) => this.destroy(error))
    thread.on('exit', () => {
      this.#gone.resolve()
      if (this.#isEnding) this.push(null)
      else this.destroy(new Error('Connection terminated: the embedded database ended by itself.'))
    })
  }

  override _write(piece: Buffer, _encoding: string, done: () => void): void {
    // A copy, since the memory of short pieces is shared with others.
    const own = new Uint8Array(piece)
    this.#thread?.postMessage(own satisfies ToDatabase, [own.buffer])
    done()
  }

  override _writev(pieces: { chunk: Buffer }[], done: () => void): void {
    this._write(Buffer.concat(pieces.map(({ chunk }) => chunk)), 'buffer', done)
  }

  override _read(): void {
    // What has come is handed on at once.
  }

  override _final(done: () => void): void {
    this.#isEnding = true
    this.#thread?.postMessage('close' satisfies ToDatabase)
    done()
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const ended = this.#thread?.terminate() ?? Promise.resolve(0)
    void ended.finally(() => done(error))
  }

  // Of a socket, but without a meaning here.
  setNoDelay(): void {}
  setKeepAlive(): void {}
  ref(): void {}
  unref(): void {}
}
