// The exit code of a run: the highest that applies.
import { expect, test } from 'vitest'
import type { ErrorCode } from '../../src/base/codes.ts'
import { exitCodeOf } from '../../src/run/exit-code.ts'
import type { RunState, StepState } from '../../src/run/state.ts'

const failed = (code: ErrorCode): StepState => ({
  is: 'failed',
  failure: { code, message: '', facts: {}, logTail: [] },
})
const skipped = (cause: 'missing' | 'passed-over' | 'input-lost'): StepState => ({
  is: 'skipped',
  cause,
  why: '',
})
const reused: StepState = { is: 'reused', fileset: 'x', edited: [] }

const ended = (...steps: readonly StepState[]): RunState => ({
  run: '',
  scans: new Map([['plant', { steps: new Map(steps.map((step, i) => [`Step${i}`, step])) }]]),
  warnings: [],
})

test.each([
  [0, [reused, { is: 'left' }, skipped('passed-over')]],
  [20, [reused, skipped('missing')]],
  [20, [failed('task/program-missing'), skipped('input-lost')]],
  [25, [reused, { is: 'cancelled' }]],
  [25, [reused, { is: 'waiting' }]],
  [25, [reused, { is: 'running', done: 1, total: 2 }]],
  [25, [reused, skipped('input-lost')]],
  [30, [failed('task/threw'), skipped('input-lost'), skipped('missing')]],
] as const)('is %i where it should be', (code, steps) => {
  expect(exitCodeOf(ended(...steps), false)).toBe(code)
})

test('is 130 of a run that was interrupted, whatever else', () => {
  expect(exitCodeOf(ended(failed('task/threw')), true)).toBe(130)
})

test('is 10 of a scan that another writer held, unless something worse is known', () => {
  const held = { steps: new Map<string, StepState>(), held: 'by me' }
  const scans = new Map([['plant', held]])
  expect(exitCodeOf({ ...ended(), scans }, false)).toBe(10)
  const also = new Map([...ended(failed('task/threw')).scans, ['other', held]])
  expect(exitCodeOf({ ...ended(), scans: also }, false)).toBe(30)
})

test('is 15 of results beyond the limits of their checks, where that was asked for', () => {
  const told = (message?: string) => [
    { check: 'share', is: 'broken' as const, limits: {}, broken: [], ...(message && { message }) },
  ]
  const made = (message?: string): StepState => ({
    is: 'finished',
    fileset: 'x',
    seconds: 1,
    bytes: 1,
    checks: told(message),
  })
  for (const doubtful of [made('low'), { ...reused, checks: told('low') }]) {
    // Wherever it stands among the others.
    expect(exitCodeOf(ended(doubtful, reused), false, true)).toBe(15)
    expect(exitCodeOf(ended(reused, doubtful), false, true)).toBe(15)
    expect(exitCodeOf(ended(doubtful), false)).toBe(0)
    expect(exitCodeOf(ended(doubtful), false, false)).toBe(0)
    expect(exitCodeOf(ended(doubtful, skipped('missing')), false, true)).toBe(20)
  }
  expect(exitCodeOf(ended(reused, made(), { is: 'left' }), false, true)).toBe(0)
})

test('is 20 of a scan that cannot be read', () => {
  const scans = new Map([['plant', { steps: new Map<string, StepState>(), broken: 'torn' }]])
  expect(exitCodeOf({ ...ended(), scans }, false)).toBe(20)
})
