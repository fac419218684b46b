import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { approvalLifeMinutes, isApprovalState, newApprovalState, tenantOfState } from '../../../server/accounts/approval-state.ts'

const tenantId = '7a115719-3c5b-4e0d-9a41-6f2d8e70c503'
const [key, now] = [randomBytes(32), new Date('2026-11-27T12:00:00Z')]
const after = (minutes: number) => new Date(now.getTime() + minutes * 60_000)

test('a state is good for an hour, for the key that signed it', () => {
  const state = newApprovalState(key, tenantId, now)
  expect(isApprovalState(state)).toBe(true)
  expect(tenantOfState(key, state, now)).toBe(tenantId)
  expect(tenantOfState(key, state, after(approvalLifeMinutes - 1))).toBe(tenantId)
  expect(tenantOfState(key, state, after(approvalLifeMinutes))).toBeUndefined()
  expect(tenantOfState(randomBytes(32), state, now)).toBeUndefined()
})

test('no other state is taken for one', () => {
  const state = newApprovalState(key, tenantId, now)
  const forged = [
    state.replace('7a115719', '7a115718'),
    state.slice(0, -4),
    `${state}A`,
    state.split('.').slice(0, 3).join('.'),
    state.replace(/\.\d{10}\./, '.9999999999.'),
    'approve.',
    'approve....',
    '',
  ]
  for (const each of forged) expect([each, tenantOfState(key, each, now)]).toEqual([each, undefined])
})

test('two states are never alike', () => {
  expect(newApprovalState(key, tenantId, now)).not.toBe(newApprovalState(key, tenantId, now))
})
