// A moment is told by the clock of the reader's machine.
import { expect, test } from 'vitest'
import { localTime } from '../../src/base/local-time.ts'

test('a moment is told with its day, in the time zone of this machine', () => {
  const there = new Date(2026, 4, 3, 9, 5, 7)
  expect(localTime(there.toISOString())).toBe('2026-05-03 09:05:07')
})

test('a text that is no date stays as it is', () => {
  expect(localTime('yesterday')).toBe('yesterday')
})
