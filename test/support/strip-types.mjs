// Turns a .ts file into what Node itself would run, with types blanked out and lines kept. This needs no compiler.
import { createHash } from 'node:crypto'
import { stripTypeScriptTypes } from 'node:module'

process.removeAllListeners('warning')

export default {
  process: (source, path) => ({ code: stripTypeScriptTypes(source, { mode: 'strip', sourceUrl: path }) }),
  getCacheKey: (source, path) =>
    createHash('sha256').update(process.version).update('\0').update(path).update('\0').update(source).digest('hex'),
}
