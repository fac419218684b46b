// An upload as the service takes it: a multipart form with `query`, and either `map` and the part that it names, or `variables[file]`
// (https://developer.monday.com/api-reference/reference/files).
import type { Request } from 'express'
import { z } from 'zod'
import { MondayError } from './monday-error.ts'
import type { Upload } from './mutations.ts'

const texts = z.record(z.string(), z.string())
const malformed = (what: string) => new MondayError('InvalidArgumentException', `Unable to read the form: ${what}`, { transport: true })

export async function readUpload(request: Request): Promise<{ query: string; variables: Record<string, unknown> }> {
  const body: unknown = request.body
  const headers = { 'content-type': request.get('content-type') ?? '' }
  const form = await new Response(Buffer.isBuffer(body) ? new Uint8Array(body) : '', { headers }).formData().catch(() => {
    throw malformed('no multipart form')
  })
  const query = form.get('query')
  if (typeof query !== 'string') throw malformed('query is missing')
  const variables = readVariables(form)
  const [name, part] = filePart(form)
  return { query, variables: { ...variables, [name]: await uploadFrom(part) } }
}

function readVariables(form: FormData): Record<string, unknown> {
  const given = form.get('variables')
  const whole = typeof given === 'string' ? z.record(z.string(), z.unknown()).parse(JSON.parse(given)) : {}
  const single = [...form.entries()].flatMap(([name, value]) => {
    const variable = /^variables\[(\w+)\]$/.exec(name)?.[1]
    return variable === undefined || typeof value !== 'string' ? [] : [[variable, value] as const]
  })
  return { ...whole, ...Object.fromEntries(single) }
}

function filePart(form: FormData): [variable: string, part: File] {
  const map = form.get('map')
  const mapped = typeof map === 'string' ? Object.entries(texts.parse(JSON.parse(map))) : []
  const named = [...form.keys()].flatMap((name) => (/^variables\[\w+\]$/.test(name) ? [[name, name.slice(10, -1)] as const] : []))
  for (const [name, path] of [...mapped.map(([each, at]) => [each, at.replace(/^variables\./, '')] as const), ...named]) {
    const part = form.get(name)
    if (part instanceof File) return [path, part]
  }
  throw malformed('no file')
}

async function uploadFrom(part: File): Promise<Upload> {
  return { name: part.name, content: Buffer.from(await part.arrayBuffer()) }
}
