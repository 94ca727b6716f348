// A job on its way through the cluster: what it tells is passed on once, and its first end counts.
import { expect, test } from 'vitest'
import { Followed } from '../../../src/run/executors/slurm/followed.ts'
import type { JobFiles } from '../../../src/run/executors/slurm/job-files.ts'
import type { Job, JobEvent } from '../../../src/run/job.ts'

const progress = (done: number): JobEvent => ({ is: 'progress', done, total: 9 })

/** A job whose files say what a test puts there. */
function followed() {
  const told: JobEvent[] = []
  const there = { bytes: 0, events: [] as JobEvent[], reads: 0 }
  const files = {
    told: () => there.bytes,
    events: () => {
      there.reads++
      return there.events
    },
    log: (array: string, index: number) => `log of ${array} ${index}`,
    // Safe: nothing else of the files is asked for.
  } as unknown as JobFiles
  // Safe: of the job itself nothing is looked at.
  const job = new Followed({
    name: 'j-1',
    job: {} as Job,
    files,
    memory: 7,
    tell: (e) => told.push(e),
  })
  return { job, told, there }
}

test('a job is over at its first end; what comes later does not count', async () => {
  const { job } = followed()
  expect([job.isOver, job.quiet, job.quietSince]).toEqual([false, 0, 0])
  job.end({ is: 'cancelled' })
  // Safe: no error of a refusal is looked at.
  job.end({ is: 'refused', error: undefined as never })
  expect(job.isOver).toBe(true)
  expect(await job.ended).toEqual({ is: 'cancelled' })
})

test('that a job waits is told with the reason if there is one, and whether that is usual', () => {
  const { job, told } = followed()
  job.waits()
  job.waits('Priority', true)
  job.waits('AssocGrpCpuLimit')
  expect(told).toStrictEqual([
    { is: 'waits' },
    { is: 'waits', why: 'Priority', isUsual: true },
    { is: 'waits', why: 'AssocGrpCpuLimit' },
  ])
})

test('that a job runs is told once, though its node be another by then', () => {
  const { job, told } = followed()
  job.runs('n1')
  job.runs('n2')
  expect(told).toEqual([{ is: 'runs', node: 'n1' }])
  expect(job.node).toBe('n2')
})

test('what a job tells is passed on once, and not read again until there is more', () => {
  const { job, told, there } = followed()
  job.listen()
  expect(there.reads).toBe(0)
  Object.assign(there, { bytes: 10, events: [progress(1), progress(2)] })
  job.listen()
  job.listen()
  expect(there.reads).toBe(1)
  expect(told).toEqual([progress(1), progress(2)])
  Object.assign(there, { bytes: 20, events: [progress(1), progress(2), progress(3)] })
  job.listen()
  expect(told).toEqual([progress(1), progress(2), progress(3)])
})

test('what a disk shows short of some lines for a moment is not told twice', () => {
  const { job, told, there } = followed()
  Object.assign(there, { bytes: 20, events: [progress(1), progress(2)] })
  job.listen()
  Object.assign(there, { bytes: 10, events: [progress(1)] })
  job.listen()
  Object.assign(there, { bytes: 20, events: [progress(1), progress(2)] })
  job.listen()
  expect(told).toEqual([progress(1), progress(2)])
})

test('what a job printed is in the log of its place, as soon as it has one', () => {
  const { job } = followed()
  expect(job.log()).toBe('')
  job.place = { array: 'a1', index: 3, id: '7_3' }
  expect(job.log()).toBe('log of a1 3')
})
