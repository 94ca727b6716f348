// Jobs that a dead run left, as the next run takes them up; and what an executor of a cluster is asked beside jobs.
import { existsSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { newRunId } from '../../../src/fsdb/own-names.ts'
import { resourcesOf } from '../../../src/run/executors/slurm/asks.ts'
import { JobFiles, type JobOrder } from '../../../src/run/executors/slurm/job-files.ts'
import { ownCode } from '../../../src/run/executors/slurm/on-node.ts'
import type { ArrayRequest, JobState } from '../../../src/run/executors/slurm/scheduler.ts'
import type { Job } from '../../../src/run/job.ts'
import type { SlurmSettings } from '../../../src/pipeline/slurm-settings.ts'
import type { ComputingStep } from '../../../src/pipeline/pipeline.ts'
import { usualTiming } from '../../../src/run/executors/slurm/timing.ts'
import { session } from './session-rig.ts'

const atWork: JobState = { is: 'running' }
const inLine: JobState = { is: 'waiting', why: 'Priority' }
const asks: Pick<Job, 'limits' | 'threads' | 'slurm'> = { limits: {}, threads: 3 }

/** A cluster on which a run died while a job of it went on, and the next run, which took the scan. */
async function leftTo(
  settings: SlurmSettings,
  state: JobState,
  change: (order: JobOrder) => JobOrder = (order) => order,
) {
  const of = await session(settings)
  const earlier = newRunId(new Date(0))
  const files = new JobFiles(of.runs, earlier)
  await files.begin('word')
  const { prologue } = settings
  const order = {
    job: of.job({ part: 'j' }),
    code: ownCode,
    root: of.first.root,
    asked: { resources: resourcesOf(asks, settings, 0, []), ...(prologue && { prologue }) },
  }
  await files.write('j', 'job', change(order))
  await files.intend('a1', ['j'])
  await files.taken('a1', '9')
  // Safe: nothing else of an array is looked at.
  const known = { state, array: { name: earlier, mark: 'a1' } as unknown as ArrayRequest }
  of.jobs.set('9_0', known)
  of.cluster.take('plant')
  const claim = (more = asks, isWanted: (job: Job, draft: string) => boolean = () => true) =>
    of.cluster.claim({ scan: 'plant', step: 'Step', asks: more }, isWanted)
  return Object.assign(of, { earlier, left: files, claim, known })
}

describe('a job that a dead run left', () => {
  test('is claimed as it is, and followed where it is instead of being submitted', async () => {
    const of = await leftTo({}, atWork)
    const seen: unknown[] = []
    const [claimed, ...more] = await of.claim(
      asks,
      ({ step }, draft) => seen.push([step, draft]) > 0,
    )
    expect([claimed, more]).toEqual([of.left.job('j')?.job, []])
    expect(seen).toEqual([['Step', 'one']])
    const { length } = of.arrays
    const told: unknown[] = []
    const doing = of.executor.execute(claimed, of.stop.signal, (event) => told.push(event))
    const result = { metadata: {}, checks: {}, versions: {} }
    const outcome = { is: 'done', result } as const
    await of.left.write('j', 'outcome', { outcome, files: [], node: 'n2', seconds: 60 })
    expect(await doing).toMatchObject({
      is: 'done',
      result: { elsewhere: { node: 'n2', seconds: 60 } },
    })
    expect(told[0]).toEqual({ is: 'waits' })
    expect(of.arrays).toHaveLength(length)
    // When its step lets go of it nothing is left of the run that submitted it.
    await of.cluster.release('plant', 'Step')
    expect(existsSync(of.left.path)).toBe(false)
  })

  test('is gone where the step does not want it', async () => {
    const of = await leftTo({}, atWork)
    expect(await of.claim(asks, () => false)).toEqual([])
    expect(of.known.state).toEqual({ is: 'ended', how: 'cancelled' })
  })

  test.each(['romi-run', 'node'] as const)('is gone where it works by another %s', async (what) => {
    const of = await leftTo({}, atWork, (order) => ({
      ...order,
      code: { ...order.code, [what]: '0.0.1' },
    }))
    expect(await of.claim()).toEqual([])
    expect(of.known.state).toEqual({ is: 'ended', how: 'cancelled' })
  })

  test('and that waits is gone on with where it asks for what is asked for now', async () => {
    const of = await leftTo({ memory: 70, prologue: 'module load node' }, inLine)
    expect(await of.claim()).toHaveLength(1)
  })

  test('and that waits for what nobody asks for any more is gone', async () => {
    const of = await leftTo({ memory: 70 }, inLine)
    expect(await of.claim({ ...asks, threads: 4 })).toEqual([])
    const other = await leftTo({ memory: 70 }, inLine, (order) => ({
      ...order,
      asked: { ...order.asked, prologue: 'of before' },
    }))
    expect(await other.claim()).toEqual([])
  })

  test('and that runs is gone on with, whatever it asked for', async () => {
    const of = await leftTo({ memory: 70 }, atWork)
    expect(await of.claim({ ...asks, threads: 4 })).toHaveLength(1)
  })

  test('and that nobody claimed is gone when the work on its scan is over', async () => {
    const of = await leftTo({}, atWork)
    await of.cluster.leave('plant')
    expect(of.known.state).toEqual({ is: 'ended', how: 'cancelled' })
    expect(existsSync(of.left.path)).toBe(false)
  })
})

describe('a step', () => {
  // Safe: nothing else of a step is looked at.
  const step = (slurm?: SlurmSettings) => ({ name: 'Step', slurm }) as unknown as ComputingStep
  const took = (seconds: number) => ({ seconds, secondsAFile: 0 })

  test('that took less than five seconds is done here, and one of which nobody knows is a job', async () => {
    const { cluster } = await session()
    expect(cluster.hereFor(step(), took(4.9))?.executor.name).toBe('here')
    expect(cluster.hereFor(step(), took(5))).toBeUndefined()
    expect(cluster.hereFor(step(), undefined)).toBeUndefined()
  })

  test('is done here by the limit of all steps, and of its own where it has one', async () => {
    const { cluster } = await session({ local_below: 60 })
    expect(cluster.hereFor(step(), took(59))?.executor.name).toBe('here')
    expect(cluster.hereFor(step({ local_below: 0 }), took(0))).toBeUndefined()
  })
})

test('what a cluster is waited for fits a disk that its nodes share', () => {
  expect(usualTiming).toEqual({
    collect: 500,
    patience: 60_000,
    tellAfter: 60_000,
    backOff: 2_000,
    stop: 10_000,
  })
})

describe('an executor of a cluster', () => {
  test('is called as its scheduler, and ends what it does here when it is closed', async () => {
    const of = await session()
    expect(of.executor.name).toBe('of the test')
    await of.does()
    await of.executor.close()
    expect(of.said).toContain('close here')
    expect(existsSync(of.files.path)).toBe(false)
  })

  test('does nothing for a run that has ended, and a job of it fails', async () => {
    const of = await session()
    await of.cluster.end()
    of.cluster.take('plant')
    expect(await of.cluster.claim({ scan: 'plant', step: 'Step', asks }, () => true)).toEqual([])
    await of.cluster.leave('plant')
    await of.cluster.release('plant', 'Step')
    expect(of.cluster.filesAJob('Step', undefined)).toBe(8)
    expect((await of.does()).outcome).toMatchObject({
      is: 'failed',
      failure: { code: 'task/threw', message: 'a job came before its run began' },
    })
  })
})
