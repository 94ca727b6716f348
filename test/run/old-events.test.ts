// Events of earlier versions, in the words of this one.
import { expect, test } from 'vitest'
import { upToDate } from '../../src/run/old-events.ts'

const failed = (failure: object) => ({ is: 'failed', step: 'Masks', failure: { ...failure } })

test.each([
  ['wrong-result', 'task/wrong-result'],
  ['no-output', 'task/no-output'],
  ['empty-selection', 'task/empty-selection'],
  ['undeclared-metadata', 'task/undeclared-metadata'],
  ['time-limit', 'task/time-limit'],
  ['out-of-memory', 'task/out-of-memory'],
  ['worker-died', 'task/worker-died'],
  ['program-missing', 'task/program-missing'],
  ['program-failed', 'task/program-failed'],
  ['program-killed', 'task/program-killed'],
  ['unreadable-input', 'io/unreadable'],
  ['overtaken', 'task/overtaken'],
  ['any other', 'task/threw'],
  [['time-limit'], 'task/threw'],
  [undefined, 'task/threw'],
])('a failure of kind %j has the code %s', (kind, code) => {
  const failure = { ...(kind !== undefined && { kind }), message: 'm', logTail: ['l'] }
  expect(upToDate(failed(failure))).toEqual(
    failed({ message: 'm', logTail: ['l'], code, facts: {} }),
  )
})

test.each([
  ['a failure with a code', failed({ code: 'task/threw', kind: 'no-output', facts: { a: 1 } })],
  ['another event', { is: 'finished', step: 'Masks' }],
  ['a failure that is none', { is: 'failed', failure: 'text' }],
])('%s stays as it is', (_, event) => {
  expect(upToDate(event)).toBe(event)
})
