// The API's operations on a mailbox connection.
import { z } from 'zod'
import {
  approvalCheck,
  catchUpUndone,
  connectMicrosoft,
  connectMonday,
  connection,
  daysQuery,
  latestCatchUp,
  mailboxDay,
  mondayPage,
  receipt,
  receiptId,
  undoCatchUp,
} from './connection.ts'
import { idParams, page } from './page.ts'

const provider = z.object({ provider: z.enum(['microsoft', 'monday']) })

export const connectionOperations = {
  connectMicrosoft: {
    method: 'post',
    path: '/api/connections/microsoft',
    summary: 'Connect the caller’s mailbox on their behalf',
    body: connectMicrosoft,
    status: 201,
    answer: connection,
  },
  connectMonday: {
    method: 'post',
    path: '/api/connections/monday',
    summary: 'Connect monday.com with a personal token, or open the page that asks for permission',
    body: connectMonday,
    status: 201,
    answer: z.union([connection, mondayPage]),
  },
  checkApproval: {
    method: 'get',
    path: '/api/connections/microsoft/approval',
    summary: 'Check with Microsoft whether consent is still missing, without connecting the mailbox',
    status: 200,
    answer: approvalCheck,
  },
  listConnections: {
    method: 'get',
    path: '/api/connections',
    summary: 'The caller’s connections',
    status: 200,
    answer: z.array(connection),
  },
  disconnect: {
    method: 'delete',
    path: '/api/connections/{provider}',
    summary: 'Disconnect: delete subscription, tokens and queued work',
    params: provider,
    status: 202,
    answer: receiptId,
  },
  listDays: {
    method: 'get',
    path: '/api/connections/{provider}/days',
    summary: 'The emails of each of the last seven days, newest first: how many were found and how many are processed',
    params: provider,
    query: daysQuery,
    status: 200,
    answer: page(mailboxDay),
  },
  readCatchUp: {
    method: 'get',
    path: '/api/connections/{provider}/catch-up',
    summary: 'The emails that arrived before the last reconnection, and their runs',
    params: provider,
    status: 200,
    answer: latestCatchUp,
  },
  undoCatchUp: {
    method: 'post',
    path: '/api/connections/{provider}/catch-up/undo',
    summary: 'Undo the runs of the last reconnection, newest first, in batches',
    params: provider,
    body: undoCatchUp,
    status: 200,
    answer: catchUpUndone,
  },
  readReceipt: {
    method: 'get',
    path: '/api/connections/receipts/{id}',
    unrecorded: true,
    summary: 'What a disconnection has removed, and what is still pending',
    params: idParams,
    status: 200,
    answer: receipt,
  },
} as const
