// Loaded ahead of what npm starts. npm passes SIGTERM and SIGINT on to its script, but not where it dies of something else (SIGHUP,
// SIGKILL): what it has started would stay behind. So whatever notices that npm is gone ends itself as by SIGTERM.
// `exec` in the scripts of package.json makes npm the parent: a shell in between would take the signal and pass none on.
// What was started without npm, by a supervisor or in the background of a shell, stays when its parent goes.
if (process.env['npm_lifecycle_event'] !== undefined) {
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 250)
  watch.unref()
}
