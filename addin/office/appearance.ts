// What the host says about language and colours. Outlook has no flag for dark: the background's luminance tells.
import { useSyncExternalStore } from 'react'

export const hostLanguage = (): string => (hasContext() && Office.context.displayLanguage) || navigator.language

export const useDarkTheme = (): boolean => useSyncExternalStore(listen, isDark)

/** Not every office.js keeps the colours in its context after a change; each brings them with the event. */
let announced: Partial<Office.OfficeTheme> | undefined

function isDark(): boolean {
  const theme = announced ?? (hasContext() ? Office.context.officeTheme : undefined)
  const background = theme?.bodyBackgroundColor
  return background ? luminance(background) < 0.4 : systemDark().matches
}

function listen(listener: () => void) {
  const system = systemDark()
  system.addEventListener('change', listener)
  if (hasContext() && Office.context.mailbox && Office.context.requirements.isSetSupported('Mailbox', '1.14'))
    Office.context.mailbox.addHandlerAsync(Office.EventType.OfficeThemeChanged, ({ officeTheme }: { officeTheme?: Office.OfficeTheme }) => {
      announced = officeTheme
      listener()
    })
  return () => system.removeEventListener('change', listener)
}

/** Relative luminance of #rgb or #rrggbb, 0 (black) to 1. */
export function luminance(colour: string): number {
  const hex = colour.replace('#', '')
  const full = hex.length === 3 ? hex.replaceAll(/./g, '$&$&') : hex.slice(-6)
  const [red = 1, green = 1, blue = 1] = [0, 2, 4].map((at) => {
    const share = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const systemDark = () => window.matchMedia('(prefers-color-scheme: dark)')

const hasContext = () => typeof Office !== 'undefined' && Office.context !== undefined
