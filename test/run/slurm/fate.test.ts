// What became of a job that left no outcome, from the scheduler's word and from what it printed.
import { describe, expect, test } from 'vitest'
import type { Job } from '../../../src/run/job.ts'
import { scriptCodes } from '../../../src/run/executors/slurm/script.ts'
import type { Answer, JobEnd } from '../../../src/run/executors/slurm/scheduler.ts'
import { fateOf, tailOf, verdictOf, type Trace } from '../../../src/run/executors/slurm/verdict.ts'

const trace = (more: Partial<Trace> & { timeLimit?: number } = {}): Trace => ({
  // Safe: nothing else of a job is looked at.
  job: {
    step: 'Voxels',
    limits: more.timeLimit === undefined ? {} : { timeLimit: more.timeLimit },
  } as Job,
  answer: { is: 'unknown' },
  last: undefined,
  hasStarted: true,
  node: 'n1',
  log: '',
  memory: 1500.4,
  folder: '/shared/db',
  ...more,
})
const ended = (how: JobEnd, exitCode?: string): Answer => ({
  is: 'known',
  state: { is: 'ended', how },
  ...(exitCode !== undefined && { exitCode }),
})
const failed = (code: string, message: string, logTail: readonly string[] = []) => ({
  is: 'failed',
  failure: { code, message, facts: { node: 'n1' }, logTail },
})

test('a job that waits or runs, by the word on it alone, is open', () => {
  for (const state of [{ is: 'running' }, { is: 'waiting', why: 'Resources' }] as const)
    expect(fateOf(trace({ answer: { is: 'known', state } }))).toEqual({ is: 'open' })
  // That it was listed as running is no word of today.
  expect(fateOf(trace({ last: { is: 'running' } })).is).toBe('lost')
})

test('a look at what the scheduler named last counts where it is asked in vain', () => {
  const last = { is: 'ended', how: 'cancelled' } as const
  expect(fateOf(trace({ last }))).toEqual({ is: 'cancelled' })
  expect(fateOf(trace({ last, answer: ended('out-of-memory') }))).toMatchObject({ is: 'failed' })
})

describe('a job that was ended', () => {
  const memory =
    'Voxels used more than its 1500 MB on n1: raise memory in [Voxels.romi], or give it less data'

  test('for its memory says how much it had', () => {
    const log = 'one\n\ntwo\n'
    const fate = failed('task/out-of-memory', memory, ['one', 'two'])
    expect(fateOf(trace({ answer: ended('out-of-memory'), log }))).toEqual(fate)
    // Where no kernel tells, its log does.
    for (const said of [
      'slurmstepd: error: Exceeded job memory limit',
      'Exceeded step memory limit at some point',
      'error: exceeded memory limit',
      'oom-kill event',
      'oom_kill',
      'OOM killed',
    ])
      expect(fateOf(trace({ answer: ended('failed', '1'), log: said }))).toEqual(
        failed('task/out-of-memory', memory, [said]),
      )
  })

  test('for its time says whose limit it was', () => {
    expect(fateOf(trace({ answer: ended('time-limit') }))).toEqual(
      failed(
        'cluster/time-limit',
        "Voxels did not end within the partition's time and was ended by the scheduler: set time_limit in [Voxels.romi], or a partition in [Voxels.romi.slurm]",
      ),
    )
    expect(fateOf(trace({ answer: ended('time-limit'), timeLimit: 60 }))).toEqual(
      failed(
        'cluster/time-limit',
        'Voxels did not end within 60 s and was ended by the scheduler: raise time_limit in [Voxels.romi], or give it less to do',
      ),
    )
  })

  test('with its node is lost, not failed', () => {
    const fate = fateOf(trace({ answer: ended('lost') }))
    expect(fate).toMatchObject({
      is: 'lost',
      failure: {
        code: 'cluster/node-lost',
        message: 'n1 failed, or was taken away, while Voxels ran there',
        facts: { node: 'n1' },
      },
    })
    expect(fateOf(trace({ answer: ended('lost'), node: undefined }))).toMatchObject({
      failure: { message: expect.stringMatching(/^a node failed/), facts: { node: 'a node' } },
    })
  })

  test('by somebody is cancelled', () => {
    expect(fateOf(trace({ answer: ended('cancelled') }))).toEqual({ is: 'cancelled' })
  })
})

describe('a job that ended by itself', () => {
  const blind = failed(
    'cluster/no-disk',
    'n1 does not see /shared/db: put the database on a disk that all nodes share, or leave the node out with [romi.slurm] extra = ["--exclude=n1"]',
  )

  test('did not see the database, as its script or its missing log tells', () => {
    const noDisk = String(scriptCodes.noDisk)
    expect(fateOf(trace({ answer: ended('failed', noDisk) }))).toEqual(blind)
    expect(fateOf(trace({ answer: ended('failed', '0:53'), hasStarted: false }))).toEqual(blind)
    for (const more of [
      { answer: ended('failed', '0:53'), hasStarted: true },
      { answer: ended('failed', '1'), hasStarted: false },
    ])
      expect(fateOf(trace(more))).toMatchObject({ failure: { code: 'task/worker-died' } })
  })

  test('did not see the program', () => {
    const answer = ended('failed', String(scriptCodes.noCode))
    const install = 'install both on a disk that all nodes share'
    expect(fateOf(trace({ answer }))).toEqual(
      failed('cluster/other-code', `n1 does not see Node or romi-run: ${install}`),
    )
    const log = 'first\nno /usr/bin/node\n'
    expect(fateOf(trace({ answer, log }))).toEqual(
      failed('cluster/other-code', `no /usr/bin/node: ${install}`, ['first', 'no /usr/bin/node']),
    )
  })

  test('died, with its code and its last words', () => {
    expect(fateOf(trace({ answer: ended('failed', '7'), log: 'one\ntwo\n' }))).toEqual(
      failed(
        'task/worker-died',
        'Voxels ended its process on n1 with 7, without a result; its last words: two',
        ['one', 'two'],
      ),
    )
    expect(fateOf(trace({ answer: ended('completed'), log: ' \n' }))).toMatchObject({
      failure: {
        message: 'Voxels ended its process on n1, without a result; it printed nothing',
      },
    })
  })

  test('that the scheduler does not know any more is lost', () => {
    expect(fateOf(trace({ log: 'one\n' }))).toMatchObject({
      is: 'lost',
      failure: {
        code: 'cluster/node-lost',
        message:
          'the scheduler does not know the job of Voxels on n1 any more, and it left no outcome; its last words: one',
        facts: { node: 'n1' },
      },
    })
  })
})

test('of a log the last twenty lines are told that say something', () => {
  const lines = Array.from({ length: 25 }, (_, i) => `line ${i}`)
  expect(tailOf(`${lines.join('\n\n')}\n`)).toEqual(lines.slice(5))
  expect(tailOf('')).toEqual([])
})

test('a job that ended well a moment ago is not asked for, however often it was looked at', () => {
  const look = { hasOutcome: false, listed: undefined, quiet: 3, isPromised: false }
  expect(verdictOf(look)).toEqual({ is: 'ask' })
  expect(verdictOf({ ...look, quiet: 2 })).toEqual({ is: 'quiet' })
  expect(verdictOf({ ...look, isPromised: true })).toEqual({ is: 'quiet' })
})
