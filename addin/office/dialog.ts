// Microsoft's sign-in in a dialog of Office. In a frame of another site browsers part what the frame stores and hears from what its
// windows do: the answer that MSAL's own window broadcasts never arrives there. Office hands messages over in a way of its own.

export type Handed = { accessToken: string; expiresAt: number }

/** Whatever came of it instead of a token: `cancelled`, `popup-blocked`, or a code of MSAL. */
export class DialogError extends Error {
  override name = 'DialogError'
  errorCode: string
  constructor(errorCode: string) {
    super(`The dialog ended: ${errorCode}`)
    this.errorCode = errorCode
  }
}

/** Whether the frame around this pane is of another site, and Office can open dialogs. */
export function needsDialog(): boolean {
  if (window.parent === window || typeof Office === 'undefined' || !Office.context?.ui?.displayDialogAsync) return false
  const outermost = [...(location.ancestorOrigins ?? [])].at(-1)
  return outermost === undefined || new URL(outermost).hostname !== location.hostname
}

/** Call it from a click. The page asks Microsoft in that window and comes back with the token of the product's own server. */
export function tokenFromDialog(claims: string | undefined): Promise<Handed> {
  const address = new URL('/sign-in.html', location.origin)
  if (claims !== undefined) address.searchParams.set('claims', claims)
  return new Promise((resolve, reject) => {
    Office.context.ui.displayDialogAsync(
      address.href,
      { width: 30, height: 70, promptBeforeOpen: false },
      ({ status, value: dialog, error }) => {
        if (status === Office.AsyncResultStatus.Failed) return reject(new DialogError(codeOf(error.code)))
        dialog.addEventHandler(Office.EventType.DialogMessageReceived, (received) => {
          if (!('message' in received) || (received.origin !== undefined && received.origin !== location.origin)) return
          dialog.close()
          const answer: Partial<Handed> & { error?: string } = JSON.parse(received.message)
          if (answer.accessToken === undefined || answer.expiresAt === undefined) reject(new DialogError(answer.error ?? 'unknown'))
          else resolve({ accessToken: answer.accessToken, expiresAt: answer.expiresAt })
        })
        dialog.addEventHandler(Office.EventType.DialogEventReceived, () => reject(new DialogError('user_cancelled')))
      },
    )
  })
}

/** https://learn.microsoft.com/office/dev/add-ins/develop/dialog-handle-errors-events */
const codeOf = (code: number) => (code === 12009 ? 'user_cancelled' : code === 12011 ? 'popup_window_error' : String(code))
