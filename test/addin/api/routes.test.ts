import { expect, test } from '@jest/globals'
import { routes } from '../../../addin/api/routes.ts'
import { operations } from '../../../contract/operations.ts'

test('the pane calls the routes that the contract has', () => {
  const contracted = Object.entries(operations).map(([name, { method, path }]) => [name, `${method.toUpperCase()} ${path}`])
  expect(Object.entries(routes)).toEqual(contracted)
})
