// Ways out of the pane for a file. Some of Outlook's windows allow no downloads, and some no windows: each
// way says whether it has worked, as far as that can be known.

export function saveAs(url: string, name: string) {
  const link = document.createElement('a')
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
}

export const showInWindow = (url: string): boolean => window.open(url, '_blank') !== null
