// `npm run manifest -- --url https://host`: writes dist/manifest.xml for that address, checks it, and says what to do with it.
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { OfficeAddinManifest } from 'office-addin-manifest'
import { manifestFor } from '../server/api/manifest.ts'
import { manifestFaults } from './manifest-rules.ts'

const { values } = parseArgs({ options: { url: { type: 'string', default: 'https://localhost:3000' } } })
if (!URL.canParse(values.url)) fail([`${values.url} is no address. Give one such as --url https://mailboard.example.com`])
const origin = new URL(values.url).origin

const file = path.join(import.meta.dirname, '../dist/manifest.xml')
const xml = await manifestFor(origin)
await mkdir(path.dirname(file), { recursive: true })
await writeFile(file, xml)

const faults = manifestFaults(xml)
if (faults.length > 0) fail(faults)
const { id, version, displayName } = await OfficeAddinManifest.readManifestFile(file)

console.log(`Wrote ${path.relative(process.cwd(), file)}: ${displayName} ${version}, id ${id}, for ${origin}

To try it in Outlook:
  on the web, new Outlook and Mac   open https://aka.ms/olksideload, My add-ins, Custom Addins, Add from File
  for your organisation             admin.microsoft.com, Settings, Integrated apps, Upload custom apps

In the app registration at Microsoft Entra, as redirect addresses of the kind "single-page application":
  brk-multihub://${new URL(origin).host}
  ${origin}/auth.html
and as one of the kind "web":
  ${origin}/oauth/microsoft/callback`)

function fail(reasons: string[]): never {
  console.error(reasons.join('\n'))
  process.exit(1)
}
