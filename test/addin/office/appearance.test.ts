import { expect, test } from '@jest/globals'
import { luminance } from '../../../addin/office/appearance.ts'

test.each([
  ['#ffffff', 1],
  ['#000', 0],
  ['#808080', 0.216],
  ['#ff262626', 0.019],
])('the luminance of %s is %d', (colour, expected) => {
  expect(luminance(colour)).toBeCloseTo(expected, 2)
})
