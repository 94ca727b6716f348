// What a look at a job says, and what Slurm's programs are told and print.
import { describe, expect, test } from 'vitest'
import { parseListed, submitOptions } from '../../../src/run/executors/slurm/slurm.ts'
import { filesAJob } from '../../../src/run/executors/slurm/asks.ts'
import { verdictOf, type JobLook } from '../../../src/run/executors/slurm/verdict.ts'
import { scriptOf } from '../../../src/run/executors/slurm/script.ts'

const look: JobLook = { hasOutcome: false, listed: undefined, quiet: 0, isPromised: false }
const ended = { is: 'ended', how: 'failed' } as const

describe('a look', () => {
  test.each([
    [
      'an outcome counts, whatever the scheduler says',
      { hasOutcome: true, listed: ended },
      'outcome',
    ],
    ['a scheduler that is not reached says nothing', { listed: 'unknown', quiet: 9 }, 'open'],
    ['what waits or runs is open', { listed: { is: 'running' }, quiet: 9 }, 'open'],
    ['what is over may still be heard of', { listed: ended }, 'quiet'],
    ['what is over is asked for after three looks', { listed: ended, quiet: 3 }, 'ask'],
    ['so is what is not named', { quiet: 3 }, 'ask'],
    [
      'what ended well is waited for longer',
      { listed: ended, quiet: 9, isPromised: true },
      'quiet',
    ],
  ] as const)('%s', (_, of, is) => {
    expect(verdictOf({ ...look, ...of })).toEqual({ is })
  })
})

describe('a line of squeue', () => {
  test.each([
    ['7_3|PENDING|BadConstraints||run|a2', { is: 'waiting', why: 'BadConstraints' }],
    ['7_3|COMPLETING|None|n1|run|a2', { is: 'running' }],
    ['7_3|NODE_FAIL|None|n1|run|a2', { is: 'ended', how: 'lost' }],
    ['7_3|PREEMPTED|None|n1|run|a2', { is: 'ended', how: 'lost' }],
    ['7_3|OUT_OF_MEMORY|OutOfMemory|n1|run|a2', { is: 'ended', how: 'out-of-memory' }],
    ['7_3|DEADLINE|None|n1|run|a2', { is: 'ended', how: 'time-limit' }],
    ['7_3|CANCELLED by 0|None|n1|run|a2', { is: 'ended', how: 'cancelled' }],
    ['7_3|A_STATE_OF_LATER|None|n1|run|a2', { is: 'running' }],
  ])('%s', (line, state) => {
    expect(parseListed(line)).toMatchObject({ name: 'run', mark: 'a2', index: 3, state })
  })

  test.each(['', 'slurm_load_jobs error', '7|RUNNING|None|n1|run|'])('"%s" is none', (line) => {
    expect(parseListed(line)).toBeUndefined()
  })
})

test('what is asked of sbatch is in its options, and no other job is begun by Slurm itself', () => {
  const resources = {
    cpus: 4,
    memory: 1500.4,
    minutes: 12,
    exclude: ['n1', 'n2'],
    partition: 'long',
    gres: 'gpu:1',
    extra: ['--reservation=lab'],
  }
  const array = {
    name: 'run',
    mark: 'a1',
    count: 3,
    resources,
    script: '',
    log: '/l',
    folder: '/d',
  }
  expect(submitOptions(array)).toEqual([
    '--parsable',
    '--array=0-2',
    '--job-name=run',
    '--comment=a1',
    '--no-requeue',
    '--output=/l',
    '--chdir=/d',
    '--ntasks=1',
    '--cpus-per-task=4',
    '--mem=1501M',
    '--time=12',
    '--exclude=n1,n2',
    '--partition=long',
    '--gres=gpu:1',
    '--reservation=lab',
  ])
})

test('a path with a quote stays one word of the script', () => {
  const at = { root: "/data/it's", run: 'r', array: 'a1' }
  const start = { entry: '/e.js', options: [] }
  const script = scriptOf(at, { path: "/data/it's/token", text: 't' }, undefined, start)
  expect(script).toContain(`'/data/it'\\''s/token'`)
})

test.each([
  [undefined, 8],
  [1, 120],
  [40, 3],
  [1000, 1],
])('files of %s s each are made %i a job', (seconds, files) => {
  expect(filesAJob(seconds)).toBe(files)
})
