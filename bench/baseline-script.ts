// A plain script: reads the message when it is notified, inserts an item, and stores nothing in between. A kill loses work.
import express from 'express'
import pg from 'pg'

const { PORT, DATABASE_URL, GRAPH_URL, TOKENS = '{}' } = process.env
const tokens = new Map(Object.entries(JSON.parse(TOKENS) as Record<string, string>))
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })
const app = express().use(express.json())
app.post('/graph/notifications', (request, response) => {
  response.status(202).end()
  for (const { subscriptionId, resourceData } of request.body.value) void toItem(resourceData.id, tokens.get(subscriptionId))
})
app.listen(Number(PORT), '127.0.0.1')

async function toItem(id: string, token = ''): Promise<void> {
  const answer = await fetch(`${GRAPH_URL}/me/messages/${id}?$select=subject`, { headers: { authorization: `Bearer ${token}` } })
  const { subject } = (await answer.json()) as { subject: string }
  await pool.query('insert into plain_items (name) values ($1)', [subject])
}
