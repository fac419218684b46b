// Loaded before programs that npm starts. npm passes SIGTERM and SIGINT on to its script, but if npm dies from something else (SIGHUP,
// SIGKILL), the program would keep running. So a program that notices that npm is gone ends itself as if by SIGTERM.
// `exec` in the scripts of package.json makes npm the parent: a shell in between would not pass on the signal.
// A program started without npm, by a supervisor or in the background of a shell, keeps running when its parent ends.
if (process.env['npm_lifecycle_event'] !== undefined) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  watch.unref()
}
