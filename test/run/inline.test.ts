// Jobs in this very thread: as in another one, what a task does to its job stays with the task.
import { expect, test } from 'vitest'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import type { Job } from '../../src/run/job.ts'
import { libraryOf } from '../../src/task/library.ts'
import { faulty } from '../support/odd-tasks.ts'
import { Bench } from '../support/performed.ts'
import { origin } from '../support/rig.ts'
import { running } from '../support/text-tasks.ts'

const { signal } = new AbortController()
const quiet = (): void => undefined

test('a job is done by the task that is there, on a copy of what it says', async () => {
  const bench = new Bench()
  const task = running(({ params }) => {
    ;(params['numbers'] as number[]).shift()
    return 'made'
  })
  const job = bench.job(task, { job: { params: { numbers: [1, 2] } } })
  const executor = inlineExecutor(libraryOf([task]))
  expect(executor.name).toBe('inline')
  expect((await executor.execute(job, signal, quiet)).is).toBe('done')
  expect(job.params).toEqual({ numbers: [1, 2] })
  expect((await bench.made())['text'].text).toBe('made')
  expect(await executor.close()).toBeUndefined()
})

test('a job whose tasks are not there yet has them loaded', async () => {
  const job = new Bench().job(faulty, { job: { params: { mode: 'none' }, library: origin } })
  expect((await inlineExecutor().execute(job, signal, quiet)).is).toBe('done')
})

test('a job ends at its time limit, and is told of by then alone', async () => {
  let go = (): void => undefined
  const told: string[] = []
  const task = running(
    ({ log }) =>
      new Promise<string>((resolve) => {
        log.info('in time')
        go = () => {
          log.info('too late')
          resolve('made')
        }
      }),
  )
  const job: Job = new Bench().job(task, { job: { limits: { timeLimit: 0.02 } } })
  const outcome = await inlineExecutor(libraryOf([task])).execute(job, signal, (event) =>
    told.push(event.is === 'said' ? event.text : event.is),
  )
  expect(outcome).toMatchObject({ is: 'failed', failure: { code: 'task/time-limit' } })
  go()
  expect(told).toEqual(['in time'])
})
