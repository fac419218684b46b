// One generator of bench/hostile/mails.ts, at each size: milliseconds and megabytes above rest, as JSON.
import { argv, cpuUsage, memoryUsage, resourceUsage, stdout } from 'node:process'
import { tasks } from '../../server/content/tasks.ts'
import { sizes } from './growth.ts'
import { generators } from './mails.ts'
import { hostileRecipe } from './recipe.ts'

const generator = generators[Number(argv[2])]
if (generator === undefined) throw new Error('There is no such generator.')
const recipe = hostileRecipe(generator.pattern === undefined ? [] : [generator.pattern])

const judge = (html: string) => {
  const json = Buffer.from(JSON.stringify({ id: 'm', subject: 'Invoice', body: { contentType: 'html', content: html } }))
  const facts = { addresses: ['me@example.org'], seenAt: new Date(0) }
  const since = cpuUsage()
  tasks.judge({ fetched: { json, listed: [] }, facts, asked: [{ id: 'r', since: null, body: recipe }] }, () => undefined)
  const { user, system } = cpuUsage(since)
  return (user + system) / 1000
}

judge('<p>warm</p>')
const restMb = resourceUsage().maxRSS / 1024
const measured = sizes.map((size) => {
  const ms = judge(generator.html(size))
  return { ms, mb: Math.max(resourceUsage().maxRSS / 1024, memoryUsage.rss() / 1024 / 1024) - restMb }
})
stdout.write(JSON.stringify(measured))
