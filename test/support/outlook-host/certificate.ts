// A certificate for localhost made by the tests. Only this process trusts it, not the machine.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { generateCertificates } from 'office-addin-dev-certs'

export type Certificate = { certPath: string; keyPath: string; cert: string; key: string; forget(): void }

export async function trustedCertificate(): Promise<Certificate> {
  const folder = mkdtempSync(join(tmpdir(), 'mailboard-certificate-'))
  const [caPath, certPath, keyPath] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => join(folder, name)) as [string, string, string]
  await generateCertificates(caPath, certPath, keyPath, 2, ['localhost', '127.0.0.1'])
  const before = getCACertificates('default')
  setDefaultCACertificates([...before, readFileSync(caPath, 'utf8')])
  return {
    certPath,
    keyPath,
    cert: readFileSync(certPath, 'utf8'),
    key: readFileSync(keyPath, 'utf8'),
    forget() {
      setDefaultCACertificates(before)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
