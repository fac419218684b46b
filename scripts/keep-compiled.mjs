// Loaded before the server (`serve` in package.json): what Node makes of its TypeScript is kept. The next start is faster and
// does without the compiler, which would stay in memory. Where the folder cannot be written, nothing is kept.
import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/mailboard/compiled', import.meta.url)))
