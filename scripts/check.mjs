// `npm run check`: every check that a change must pass, the cheapest first. Further arguments go to the tests.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import './end-with-npm.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const args = process.argv.slice(2)
const forTests = args.length === 0 ? [] : ['--', ...args]
const steps = [
  ['Format', 'npm', ['run', '--silent', 'format:check']],
  ['Lint', 'npm', ['run', '--silent', 'lint']],
  ['Types', 'npm', ['run', '--silent', 'types']],
  ['Import law', 'npm', ['run', '--silent', 'imports']],
  ['Unused code', 'npm', ['run', '--silent', 'unused']],
  ['Tests', 'npm', ['test', '--silent', ...forTests]],
  ['Production build', 'npm', ['run', '--silent', 'build']],
  ['Budgets', 'npm', ['run', '--silent', 'budgets']],
]

for (const [name, command, args] of steps) {
  console.log(`\n— ${name}`)
  const since = performance.now()
  const code = await run(command, args)
  const seconds = ((performance.now() - since) / 1000).toFixed(1)
  if (code !== 0) {
    console.error(`— ${name}: failed after ${seconds} s. \`npm run fix\` repairs format and what lint can.`)
    process.exit(1)
  }
  console.log(`— ${name}: ${seconds} s`)
}
console.log('\nEverything holds.')

function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => child.on('error', reject).on('close', resolve))
}
