// When a first look at a scan has a thread start: for jobs that are surely to come, and need one.
import { cachedDataVersionTag } from 'node:v8'
import { expect, test } from 'vitest'
import { tuneForLooking } from '../../src/base/v8.ts'
import { expectWork } from '../../src/run/expect-work.ts'

type Arguments = Parameters<typeof expectWork>

/** What compiled code must bear to be taken: the version of V8 and its flags. */
const ownTag = cachedDataVersionTag()

/** What is told of steps with such tasks and decisions, and how often jobs were expected. */
function looked(steps: Readonly<Record<string, readonly [task: object, decision: string]>>) {
  let expected = 0
  const tags: number[] = []
  const entries = Object.entries(steps)
  const plan = new Map(
    entries.map(([name, [, decision]]) => [name, { decision: { do: decision } }]),
  )
  const pipeline = { steps: new Map(entries.map(([name, [task]]) => [name, { task }])) }
  const executor = {
    expectJobs: () => {
      expected++
      tags.push(cachedDataVersionTag())
    },
  }
  // Safe: nothing else is looked at.
  const isDue = expectWork(
    plan as unknown as Arguments[0],
    { pipeline, executor, origin: {} } as unknown as Arguments[1],
  )
  return { isDue, expected, tags }
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
  tuneForLooking()
  const of = looked(steps)
  expect(of).toMatchObject({ isDue, expected })
  // a thread that starts takes the code that Node has compiled
  for (const tag of of.tags) expect(tag).toBe(ownTag)
})

test('an executor that starts nothing before need not be told', () => {
  const plan = new Map([['A', { decision: { do: 'run' } }]]) as unknown as Arguments[0]
  const pipeline = { steps: new Map([['A', { task: computing }]]) }
  const run = { pipeline, executor: {}, origin: {} } as unknown as Arguments[1]
  expect(expectWork(plan, run)).toBe(true)
})
