// Loaded before the server (`serve` in package.json): caches what Node compiles from TypeScript. The next start is faster and does not
// load the compiler, which would stay in memory. If the folder cannot be written, nothing is cached.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/mailboard/compiled', import.meta.url)))
