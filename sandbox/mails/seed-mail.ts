import type { Mail } from '../graph/message.ts'

export type SeedMail = Mail & { minutesAgo: number }

export const camille = { name: 'Camille Martin', address: 'camille.martin@contoso-demo.example' }
export const yanis = { name: 'Yanis Benali', address: 'yanis.benali@contoso-demo.example' }
export const ruth = { name: 'Ruth Okafor', address: 'ruth.okafor@fabrikam.example' }

export function html(content: string): { contentType: 'html'; content: string } {
  return {
    contentType: 'html',
    content: `<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body>\r\n${content}\r\n</body></html>`,
  }
}
