// The manifest before Microsoft's own schemas, where they lie beside the project, and the examples of faults that come with them.
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { XmlDocument, XsdValidator } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import { manifestFaults } from '../../../scripts/manifest-rules.ts'
import { manifestFor } from '../../../server/api/manifest.ts'
import { shelfFolder } from '../../specs/shelf.ts'

const folder = shelfFolder('manifest')

if (folder === undefined) test('the schemas do not lie beside the project', () => expect(folder).toBeUndefined())
else judgedBy(folder)

function judgedBy(schemas: string) {
  const read = (name: string) => readFileSync(`${schemas}${name}`, 'utf8')
  let schema: XmlDocument
  let validator: XsdValidator

  beforeAll(() => {
    xmlRegisterFsInputProviders()
    schema = XmlDocument.fromBuffer(readFileSync(`${schemas}OfficeAppManifestV1_1.xsd`), { url: `${schemas}OfficeAppManifestV1_1.xsd` })
    validator = XsdValidator.fromDoc(schema)
  })
  afterAll(() => {
    validator.dispose()
    schema.dispose()
  })

  const faultsOf = (xml: string) => [...schemaFaults(xml), ...manifestFaults(xml)]

  function schemaFaults(xml: string): string[] {
    const document = XmlDocument.fromString(xml)
    try {
      validator.validate(document)
      return []
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)]
    } finally {
      document.dispose()
    }
  }

  test.each(['https://localhost:3000', 'https://mailboard.example.com', 'https://mailboard.example.com:8443'])(
    'the manifest for %s is valid',
    async (publicUrl) => {
      expect(faultsOf(await manifestFor(publicUrl))).toEqual([])
    },
  )

  test('the schemas take their own example', () => {
    expect(schemaFaults(read('example-read-compose-pinned.xml'))).toEqual([])
  })

  describe('refused', () => {
    const bySchema = readdirSync(`${schemas}negative`).filter((file) => file !== 'icon-not-https.xml')
    test.each(bySchema)('%s', (file: string) => {
      expect(schemaFaults(read(`negative/${file}`))).not.toEqual([])
    })

    test('by our own rules alone: an icon that does not come by https', () => {
      const xml = read('negative/icon-not-https.xml')
      expect(schemaFaults(xml)).toEqual([])
      expect(manifestFaults(xml).join('\n')).toMatch(/IconUrl: .* is not an https address/)
    })
  })
}
