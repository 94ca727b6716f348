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
  [25, [reused, skipped('input-lost')]],
  [30, [failed('task/threw'), skipped('input-lost'), skipped('missing')]],
] as const)('is %i where it should be', (code, steps) => {
  expect(exitCodeOf(ended(...steps), false)).toBe(code)
})

test('is 130 of a run that was interrupted, whatever else', () => {
  expect(exitCodeOf(ended(failed('task/threw')), true)).toBe(130)
})

test('is 20 of a scan that cannot be read', () => {
  const scans = new Map([['plant', { steps: new Map<string, StepState>(), broken: 'torn' }]])
  expect(exitCodeOf({ ...ended(), scans }, false)).toBe(20)
})
