// Ways out of the pane for a text. Some of Outlook's windows allow no downloads, some no windows, some no clipboard: each
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

/** Frames of others are often refused the clipboard; a selection may be copied even there. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copySelected(text)
  }
}

function copySelected(text: string): boolean {
  const holder = document.createElement('textarea')
  holder.value = text
  holder.className = 'hidden'
  document.body.append(holder)
  holder.select()
  const copied = document.execCommand('copy')
  holder.remove()
  return copied
}
