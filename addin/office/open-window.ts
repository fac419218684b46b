/** Opens a page in a window of its own. Call it from a click: elsewhere browsers refuse. */
export function openWindow(url: string) {
  const opened = window.open(url, '_blank', 'popup,width=520,height=700')
  if (opened === null && typeof Office !== 'undefined' && Office.context?.ui?.openBrowserWindow) Office.context.ui.openBrowserWindow(url)
}
