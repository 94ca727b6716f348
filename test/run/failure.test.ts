// What a task threw, as a failure that knows what it is; and whether to try again can help.
import { describe, expect, test } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import { failure, failureOf, mayPass, overtakenBy } from '../../src/run/failure.ts'
import { MemoryScan } from '../support/memory-scan.ts'

describe('what was thrown', () => {
  test('keeps code, message and facts where they are known', () => {
    const error = new RomiError('task/no-label', 'no leaf', { facts: { label: 'leaf' } })
    expect(failureOf(error)).toStrictEqual({
      code: 'task/no-label',
      message: 'no leaf',
      facts: { label: 'leaf' },
      logTail: [],
    })
  })

  test('has a stack where it is no message to people', () => {
    const error = new TypeError('not a function')
    expect(failureOf(error)).toStrictEqual({
      code: 'task/threw',
      message: 'not a function',
      facts: {},
      logTail: [],
      stack: error.stack,
    })
    expect(failureOf(new RangeError('')).message).toBe('RangeError')
    const bare = new Error('bare')
    delete bare.stack
    expect(failureOf(bare)).not.toHaveProperty('stack')
  })

  test('keeps of its facts what JSON can hold', () => {
    const circle: Record<string, unknown> = {}
    circle['self'] = circle
    const facts = { a: [1, 'x'], circle, none: undefined, big: 1n, of: () => 1, at: new Date(0) }
    expect(failure('task/threw', 'm', facts).facts).toStrictEqual({
      a: [1, 'x'],
      at: '1970-01-01T00:00:00.000Z',
    })
  })
})

test('only what passes is tried again, and what the task says that it draws anew', () => {
  const { tasks } = new MemoryScan()
  const task = tasks.find(({ is }) => is === 'computing')!
  if (task.is !== 'computing') throw new Error('no task that computes')
  const lasting = failure('task/no-label', 'm')
  expect(mayPass(lasting, task)).toBe(false)
  expect(mayPass(failure('task/worker-died', 'm'), task)).toBe(true)
  expect(mayPass(lasting, { ...task, retryOn: ['task/no-label'] })).toBe(true)
  expect(mayPass(lasting, { ...task, retryOn: ['task/no-output'] })).toBe(false)
})

test('what was changed while a step ran is named, each once, and what to do where it is the end', () => {
  const message = 'what it reads was changed while it ran (/a, /b)'
  const facts = { changed: ['/a', '/b'] }
  const changed = ['/a', '/b', '/a']
  expect(overtakenBy(changed, false)).toEqual(failure('task/overtaken', message, facts))
  expect(overtakenBy(changed, true)).toEqual(
    failure('task/overtaken', `${message}: let whatever writes there finish first`, facts),
  )
})
