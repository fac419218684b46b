// Rules for a manifest that no schema checks, or that the official validator checks only over the network.
import { Parser } from 'htmlparser2'

type Element = { name: string; attributes: Record<string, string>; text: string; inside: readonly string[] }

const lengths: Record<string, number> = { DisplayName: 125, Description: 250, ProviderName: 125 }
const stringLengths: Record<string, number> = { 'bt:ShortStrings': 125, 'bt:LongStrings': 250 }
const languages = ['fr-FR']

/** Every fault as a sentence; an empty list for a manifest that can be sideloaded. */
export function manifestFaults(xml: string): string[] {
  const elements = elementsOf(xml)
  const named = (name: string) => elements.filter((element) => element.name === name)
  return [
    ...identityFaults(named),
    ...elements.flatMap(addressFaults),
    ...elements.flatMap(lengthFaults),
    ...elements.flatMap(translationFaults),
    ...resourceFaults(elements),
    ...(named('SupportsPinning').some(({ text }) => text === 'true') ? [] : ['The pane cannot be pinned.']),
    ...(named('Permissions')[0]?.text === 'ReadItem' ? [] : ['The permission is not ReadItem.']),
  ]
}

function identityFaults(named: (name: string) => Element[]): string[] {
  const id = named('Id')[0]?.text ?? ''
  const version = named('Version')[0]?.text ?? ''
  return [
    ...(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? [] : [`The id ${JSON.stringify(id)} is no GUID.`]),
    ...(/^\d{1,5}(\.\d{1,5}){0,3}$/.test(version) ? [] : [`The version ${JSON.stringify(version)} is not one to four numbers.`]),
  ]
}

const addressed = ['IconUrl', 'HighResolutionIconUrl', 'SupportUrl', 'SourceLocation', 'bt:Image', 'bt:Url']

function addressFaults({ name, attributes, text }: Element): string[] {
  const address = name === 'AppDomain' ? text : addressed.includes(name) ? attributes['DefaultValue'] : undefined
  if (address === undefined) return []
  const faults: string[] = []
  if (!URL.canParse(address) || new URL(address).protocol !== 'https:') faults.push(`${name}: ${address} is not an https address.`)
  if (address.length > 2048) faults.push(`${name}: the address is longer than 2048 characters.`)
  if (name === 'HighResolutionIconUrl' && !address.includes('128')) faults.push('The icon of high resolution is not the one of 128 pixels.')
  if (name === 'IconUrl' && !address.includes('64')) faults.push('The icon is not the one of 64 pixels.')
  return faults
}

function lengthFaults({ name, attributes, text, inside }: Element): string[] {
  const parent = inside.at(-1) ?? ''
  const limit = lengths[name] ?? lengths[parent] ?? stringLengths[parent] ?? stringLengths[inside.at(-2) ?? '']
  const value = attributes['DefaultValue'] ?? attributes['Value'] ?? text
  return limit !== undefined && value.length > limit ? [`${name}: ${value.length} characters, ${limit} are allowed.`] : []
}

function translationFaults({ name, attributes, inside }: Element, at: number, all: Element[]): string[] {
  if (name !== 'bt:String' && name !== 'DisplayName' && !(name === 'Description' && attributes['DefaultValue'] !== undefined)) return []
  const own = [...inside, name]
  const next = all.slice(at + 1).findIndex((element) => element.inside.length <= inside.length)
  const children = all.slice(at + 1, next < 0 ? undefined : at + 1 + next).filter((child) => child.inside.length === own.length)
  return languages
    .filter((language) => !children.some((child) => child.attributes['Locale'] === language))
    .map((language) => `${name} ${attributes['id'] ?? ''}: there are no words for ${language}.`)
}

/** The two versions of the overrides inherit nothing from each other, so each must contain the resources that it names. */
function resourceFaults(elements: Element[]): string[] {
  const editionOf = ({ inside }: Element) => inside.filter((name) => name === 'VersionOverrides').length
  return [1, 2].flatMap((edition) => {
    const own = elements.filter((element) => editionOf(element) === edition)
    const ids = new Set(own.map(({ attributes }) => attributes['id']).filter((id) => id !== undefined))
    const wanted = own.map(({ attributes }) => attributes['resid']).filter((id) => id !== undefined)
    const icons = own.filter(({ name, attributes }) => name === 'bt:Image' && attributes['size'] !== undefined)
    return [
      ...wanted.filter((id) => !ids.has(id)).map((id) => `There is no resource ${id}.`),
      ...wanted.filter((id) => id.length > 32).map((id) => `The name of the resource ${id} is longer than 32 characters.`),
      ...['16', '32', '80']
        .filter((size) => !icons.some(({ attributes }) => attributes['size'] === size))
        .map((size) => `The button lacks its icon of ${size} pixels.`),
    ]
  })
}

function elementsOf(xml: string): Element[] {
  const elements: Element[] = []
  const open: Element[] = []
  const parser = new Parser(
    {
      onopentag(name, attributes) {
        const element = { name, attributes, text: '', inside: open.map((each) => each.name) }
        elements.push(element)
        open.push(element)
      },
      ontext(text) {
        const current = open.at(-1)
        if (current) current.text += text.trim()
      },
      onclosetag: () => void open.pop(),
    },
    { xmlMode: true },
  )
  parser.end(xml)
  return elements
}
