/** Where the mailbox is read: as Outlook says, by Windows' name, else as this machine says, by IANA's. */
export function hostTimeZone(): string {
  const ofMailbox = typeof Office === 'undefined' ? undefined : Office.context?.mailbox?.userProfile.timeZone
  return ofMailbox || Intl.DateTimeFormat().resolvedOptions().timeZone
}
