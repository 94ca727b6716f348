// When a first look at a scan has a thread start: for jobs that are surely to come, and need one.
import { expect, test } from 'vitest'
import { expectWork } from '../../src/run/expect-work.ts'

type Arguments = Parameters<typeof expectWork>

/** What is told of steps with such tasks and decisions, and how often jobs were expected. */
function looked(steps: Readonly<Record<string, readonly [task: object, decision: string]>>) {
  let expected = 0
  const entries = Object.entries(steps)
  const plan = new Map(
    entries.map(([name, [, decision]]) => [name, { decision: { do: decision } }]),
  )
  const pipeline = { steps: new Map(entries.map(([name, [task]]) => [name, { task }])) }
  const executor = { expectJobs: () => void expected++ }
  // Safe: nothing else is looked at.
  const isDue = expectWork(
    plan as unknown as Arguments[0],
    { pipeline, executor, origin: {} } as unknown as Arguments[1],
  )
  return { isDue, expected }
}

const computing = { is: 'computing' }

test.each([
  ['what is complete is no work', { A: [computing, 'reuse'], B: [computing, 'leave'] }, false, 0],
  ['a step to be made is', { A: [computing, 'reuse'], B: [computing, 'run'] }, true, 1],
  ['two steps are expected at once', { A: [computing, 'run'], B: [computing, 'run'] }, true, 1],
  ['a brief one needs no thread', { A: [{ ...computing, brief: true }, 'run'] }, true, 0],
  ['one that may come out complete is not sure', { A: [computing, 'maybe'] }, true, 0],
  ['one that cannot be done neither', { A: [computing, 'stop'] }, true, 0],
  ['a source computes nothing', { A: [{ is: 'source' }, 'stop'] }, true, 0],
] as const)('%s', (_title, steps, isDue, expected) => {
  expect(looked(steps)).toEqual({ isDue, expected })
})

test('an executor that starts nothing before need not be told', () => {
  const plan = new Map([['A', { decision: { do: 'run' } }]]) as unknown as Arguments[0]
  const pipeline = { steps: new Map([['A', { task: computing }]]) }
  const run = { pipeline, executor: {}, origin: {} } as unknown as Arguments[1]
  expect(expectWork(plan, run)).toBe(true)
})
