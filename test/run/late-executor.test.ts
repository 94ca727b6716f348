// An executor that is loaded with its first job.
import { expect, test } from 'vitest'
import type { Executor } from '../../src/run/executor.ts'
import { lateExecutor } from '../../src/run/executors/late.ts'
import type { Job } from '../../src/run/job.ts'

/** Counts how often it is loaded, what it is asked to do, and how often it is closed. */
function counted() {
  const calls: string[] = []
  const executor = lateExecutor('others', () => {
    calls.push('load')
    return Promise.resolve({
      name: 'others',
      execute: (job, _signal, tell) => {
        calls.push(job.step)
        tell({ is: 'progress', done: 1, total: 2 })
        return Promise.resolve({ is: 'cancelled' })
      },
      expectJobs: ({ builtin }) => void calls.push(`expects of ${builtin}`),
      close: () => Promise.resolve(void calls.push('close')),
    } satisfies Executor)
  })
  return { calls, executor }
}

// Safe: nothing but its step is looked at.
const job = (step: string) => ({ step }) as Job

test('a run without a job neither loads nor closes it', async () => {
  const { calls, executor } = counted()
  expect(executor.name).toBe('others')
  await executor.close()
  expect(calls).toEqual([])
})

test('it is loaded once, does all jobs, passes on what they tell, and is closed', async () => {
  const { calls, executor } = counted()
  const { signal } = new AbortController()
  const told: unknown[] = []
  const outcomes = await Promise.all(
    ['A', 'B'].map((step) => executor.execute(job(step), signal, (event) => told.push(event))),
  )
  await executor.close()
  expect(outcomes).toEqual([{ is: 'cancelled' }, { is: 'cancelled' }])
  expect(calls).toEqual(['load', 'A', 'B', 'close'])
  expect(told).toHaveLength(2)
})

test('where jobs are expected it is loaded before the first, once, and hears of them', async () => {
  const { calls, executor } = counted()
  executor.expectJobs?.({ builtin: 'all', face: '', modules: [] })
  await executor.execute(job('A'), new AbortController().signal, () => undefined)
  await executor.close()
  expect(calls).toEqual(['load', 'expects of all', 'A', 'close'])
})

test('what cannot be loaded is told by the first job, not where it is expected', async () => {
  const executor = lateExecutor('others', () => Promise.reject(new Error('no such module')))
  executor.expectJobs?.({ builtin: '', face: '', modules: [] })
  await new Promise(setImmediate)
  const asked = executor.execute(job('A'), new AbortController().signal, () => undefined)
  await expect(asked).rejects.toThrow('no such module')
})
