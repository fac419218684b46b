// The least that answers 202 to a notification: what it costs to be HTTP at all. Nothing is kept.
import express from 'express'

const app = express().disable('x-powered-by')
app.use(express.json())
app.post('/graph/notifications', (_request, response) => void response.status(202).end())
app.listen(Number(process.env['PORT']), '127.0.0.1')
