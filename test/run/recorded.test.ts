// How long steps take, from the records of earlier ones and from jobs on other machines.
import { describe, expect, test } from 'vitest'
import type { MadeFileset } from '../../src/plan/facts/facts.ts'
import type { JobOutcome } from '../../src/run/job.ts'
import { outcomeOfAll, recordedOf, secondsOf } from '../../src/run/recorded.ts'

/** An earlier result: how long it took, and of how many files it is. */
const made = (task: string, seconds: number, files: number, coreSeconds?: number): MadeFileset => {
  const outputs = Object.fromEntries(Array.from({ length: files }, (_, i) => [`f${i}`, {}]))
  // Safe: of a record only this is asked.
  return {
    task,
    record: { outputs, made: { seconds, ...(coreSeconds !== undefined && { coreSeconds }) } },
  } as unknown as MadeFileset
}

describe('how long a step took before', () => {
  test('is not known of one that never ran', () => {
    expect(recordedOf([made('Other', 1, 1)], 'Masks')).toBeUndefined()
  })

  test('is the median of all its runs, as numbers', () => {
    const all = [
      made('Masks', 100, 1),
      made('Masks', 9, 1),
      made('Other', 1, 1),
      made('Masks', 20, 1),
    ]
    expect(recordedOf(all, 'Masks')).toEqual({ seconds: 20, secondsAFile: 20 })
    expect(recordedOf([made('Masks', 3, 1), made('Masks', 5, 1)], 'Masks')?.seconds).toBe(5)
  })

  test('is told for a file, too: on one core, where that is known', () => {
    expect(recordedOf([made('Masks', 12, 4)], 'Masks')).toEqual({ seconds: 12, secondsAFile: 3 })
    expect(recordedOf([made('Masks', 12, 4, 40)], 'Masks')?.secondsAFile).toBe(10)
    expect(recordedOf([made('Masks', 12, 0)], 'Masks')?.secondsAFile).toBe(12)
  })
})

const done = (node: string, seconds: number, coreSeconds: number): JobOutcome => ({
  is: 'done',
  result: {
    metadata: { of: node },
    checks: {},
    versions: {},
    elsewhere: { node, jobs: 1, seconds, coreSeconds },
  },
})
const here: JobOutcome = { is: 'done', result: { metadata: {}, checks: {}, versions: {} } }

describe('the outcome of all jobs of a step', () => {
  test('is that of the first, with the longest time and the work of all', () => {
    const all = [done('n1', 5, 20), done('n2', 9, 9), here, done('n3', 2, 4)]
    expect(outcomeOfAll(all[0], all)).toEqual({
      is: 'done',
      result: {
        metadata: { of: 'n1' },
        checks: {},
        versions: {},
        elsewhere: { node: 'n1', jobs: 3, seconds: 9, coreSeconds: 33 },
      },
    })
  })

  test('is that of the first alone where it was done here, or not done', () => {
    expect(outcomeOfAll(here, [here, done('n1', 1, 1)])).toBe(here)
    const cancelled: JobOutcome = { is: 'cancelled' }
    expect(outcomeOfAll(cancelled, [cancelled, done('n1', 1, 1)])).toBe(cancelled)
  })
})

test('a step took as long as was seen here, or as its one job says; of several, the longer counts', () => {
  const result = (jobs: number) => ({
    metadata: {},
    checks: {},
    versions: {},
    elsewhere: { node: 'n1', jobs, seconds: 10, coreSeconds: 10 },
  })
  expect(secondsOf({ metadata: {}, checks: {}, versions: {} }, 7)).toBe(7)
  expect(secondsOf(result(1), 20)).toBe(10)
  expect([secondsOf(result(2), 20), secondsOf(result(2), 5)]).toEqual([20, 10])
})
