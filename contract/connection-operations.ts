// The API's operations on the connection of a mailbox.
import { z } from 'zod'
import {
  approvalCheck,
  catchUpUndone,
  connectMicrosoft,
  connection,
  daysQuery,
  latestCatchUp,
  mailboxDay,
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
    summary: 'Connect the mailbox on behalf of the caller',
    body: connectMicrosoft,
    status: 201,
    answer: connection,
  },
  checkApproval: {
    method: 'get',
    path: '/api/connections/microsoft/approval',
    summary: 'Ask Microsoft whether consent is still missing, and connect nothing',
    status: 200,
    answer: approvalCheck,
  },
  listConnections: {
    method: 'get',
    path: '/api/connections',
    summary: 'The connections of the caller',
    status: 200,
    answer: z.array(connection),
  },
  disconnect: {
    method: 'delete',
    path: '/api/connections/{provider}',
    summary: 'Disconnect: subscription, tokens and queued work go',
    params: provider,
    status: 202,
    answer: receiptId,
  },
  listDays: {
    method: 'get',
    path: '/api/connections/{provider}/days',
    summary: 'What each of the last seven days brought to the mailbox, newest first: how many mails were seen, how many treated',
    params: provider,
    query: daysQuery,
    status: 200,
    answer: page(mailboxDay),
  },
  readCatchUp: {
    method: 'get',
    path: '/api/connections/{provider}/catch-up',
    summary: 'What came before the last reconnection, and what has become of it',
    params: provider,
    status: 200,
    answer: latestCatchUp,
  },
  undoCatchUp: {
    method: 'post',
    path: '/api/connections/{provider}/catch-up/undo',
    summary: 'Undo the runs of the last reconnection, newest first, some at a time',
    params: provider,
    body: undoCatchUp,
    status: 200,
    answer: catchUpUndone,
  },
  readReceipt: {
    method: 'get',
    path: '/api/connections/receipts/{id}',
    unrecorded: true,
    summary: 'What a disconnection removed, and what is still to go',
    params: idParams,
    status: 200,
    answer: receipt,
  },
} as const
