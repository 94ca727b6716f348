// Jobs that an earlier run left on a cluster: gone on with where they make what is wanted, else gone first.
import { mkdirSync, renameSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { runFoldersAt } from '../../../src/fsdb/run-folders.ts'
import { DeadJobs } from '../../../src/run/executors/slurm/dead-jobs.ts'
import { JobFiles } from '../../../src/run/executors/slurm/job-files.ts'
import { performOnNode } from '../../../src/run/executors/slurm/on-node.ts'
import type { Ran } from '../../support/rig.ts'
import type { Script } from '../../support/simulated-scheduler.ts'
import { until } from '../../support/until.ts'
import { cluster } from './cluster.ts'

/**
 * A run that ended while its jobs went on: nobody could cancel them.
 * @param scripts what becomes of its jobs, and of those of later runs
 */
async function left(toml: string, ...scripts: readonly Script[]) {
  const of = await cluster(...scripts)
  const { scheduler, start } = of
  const stop = new AbortController()
  scheduler.isDeaf = true
  const ran = await start(toml, {
    stop: stop.signal,
    tell: (event) => {
      if (event.is === 'placed' && event.waiting === 1)
        void until(() => scheduler.requests.list > 1).then(() => stop.abort())
    },
  })
  expect(ran.code).toBe(130)
  scheduler.isDeaf = false
  return of
}

const states = ({ scheduler }: Awaited<ReturnType<typeof cluster>>) =>
  scheduler.jobs.map(({ state }) => (state.is === 'ended' ? state.how : state.is))
const finished = ({ events }: Ran) =>
  events.flatMap((event) => (event.is === 'finished' ? [event.step] : []))

const waits: Script = { is: 'waits', why: 'PartitionDown' }

describe('a job that still waits', () => {
  const toml = (partition: string) => `[Wait]\n[Wait.romi.slurm]\npartition = "${partition}"\n`

  test('a job that still waits is gone on with when it asks for what would be asked for now', async () => {
    const of = await left(toml('old'), waits)
    const stop = new AbortController()
    const ran = await of.start(toml('old'), {
      stop: stop.signal,
      tell: (event) => void (event.is === 'placed' && event.why !== undefined && stop.abort()),
    })
    expect(ran.code).toBe(130)
    expect(of.scheduler.jobs).toHaveLength(1)
  })

  test('a job that still waits is cancelled, and submitted as it is wanted now, when it asks for something else', async () => {
    const of = await left(toml('old'), waits)
    const ran = await of.start(toml('new'))
    expect(finished(ran)).toEqual(['Wait'])
    expect(states(of)).toEqual(['cancelled', 'completed'])
    expect(of.scheduler.jobs[1].array.resources.partition).toBe('new')
  })
})

test('a job that a list leaves out is asked for, and not made twice', async () => {
  const of = await left('[Wait]\n', { is: 'hangs' })
  const { scheduler } = of
  scheduler.lies = [[]]
  const [job] = scheduler.jobs
  const stop = new AbortController()
  const ran = await of.start('[Wait]\n', {
    stop: stop.signal,
    tell: (event) => void (event.is === 'placed' && event.running > 0 && stop.abort()),
  })
  expect(ran.code).toBe(130)
  expect(scheduler.jobs).toEqual([job])
})

test('a job of a photograph that was taken again meanwhile is gone before it is made anew', async () => {
  const of = await left('[Wait]\n', { is: 'hangs' })
  await of.rig.photograph({ b: 'another' })
  const ran = await of.start('[Wait]\n')
  expect(finished(ran)).toEqual(['Wait'])
  expect(states(of)).toEqual(['cancelled', 'completed'])
})

test('jobs that a run submitted after another one had looked at it are found when it has died', async () => {
  const { rig, scheduler } = await left('[Wait]\n', { is: 'hangs' })
  const runs = runFoldersAt(rig.path)
  const [{ array }] = scheduler.jobs
  const jobs = join(runs.path(runs.ids()[0]), 'jobs')
  const dead = new DeadJobs({ runs, root: rig.path, own: undefined, scheduler, pollMs: 10 })
  renameSync(jobs, `${jobs}.later`)
  mkdirSync(jobs)
  dead.take('b')
  rmdirSync(jobs)
  renameSync(`${jobs}.later`, jobs)
  dead.take('plant')
  const claimed = await dead.claim('plant', 'Wait', () => true)
  expect(claimed.map(({ place }) => place)).toEqual([{ array: array.mark, index: 0, id: '1_0' }])
})

test('a job that was done before it was gone on with is told with the time that it took', async () => {
  const of = await left('[Wait]\n', { is: 'hangs' })
  const { rig, scheduler } = of
  const [job] = scheduler.jobs
  const task = { root: rig.path, run: job.array.name, array: job.array.mark, index: 0 }
  const context = { env: {}, signal: new AbortController().signal, print: () => undefined }
  await performOnNode(task, context)
  job.state = { is: 'ended', how: 'completed' }
  const files = new JobFiles(runFoldersAt(rig.path), runFoldersAt(rig.path).ids()[0])
  const [name] = files.jobs()
  await files.write(name, 'outcome', { ...files.outcome(name)!, seconds: 3600 })
  const ran = await of.start('[Wait]\n')
  const seconds = ran.events.flatMap((event) => (event.is === 'finished' ? [event.seconds] : []))
  expect(seconds).toEqual([3600])
  expect(scheduler.jobs).toEqual([job])
})
