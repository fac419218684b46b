// The least code that answers a notification with 202, to show the cost of HTTP itself. It stores nothing.
import express from 'express'

const app = express().disable('x-powered-by')
app.use(express.json())
app.post('/graph/notifications', (_request, response) => void response.status(202).end())
app.listen(Number(process.env['PORT']), '127.0.0.1')
