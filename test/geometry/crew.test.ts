// Threads that wait for the next computation.
import { expect, test } from 'vitest'
import { restingThreads } from '../../src/geometry/crew.ts'
import { spreadJobs } from '../../src/geometry/parallel.ts'
import { here, idOfThread, touch } from '../support/parallel-work.ts'

const counters = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length))

test('a thread that has done its parts takes parts of the next computation', async () => {
  const job = () => ({ seen: counters(1000), awaited: 2 })
  const first = await spreadJobs(here, idOfThread, job(), 9999, { threads: 2 })
  expect(new Set(first).size).toBe(2)
  expect(restingThreads()).toBe(1)
  const second = await spreadJobs(here, idOfThread, job(), 9999, { threads: 2 })
  expect(new Set(second)).toEqual(new Set(first))
})

test('a thread whose part failed is not used again', async () => {
  await expect(
    spreadJobs(here, touch, { touched: counters(2), bad: 1 }, 2, { threads: 2 }),
  ).rejects.toThrow(RangeError)
  const touched = counters(9)
  await spreadJobs(here, touch, { touched }, 9, { threads: 2 })
  expect([...touched]).toEqual(Array.from({ length: 9 }, () => 1))
})
