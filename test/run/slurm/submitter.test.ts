// Jobs that become ready together are submitted together, each once, whatever the scheduler is up to.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { RomiError } from '../../../src/base/errors.ts'
import type { JobFiles } from '../../../src/run/executors/slurm/job-files.ts'
import type {
  ArrayRequest,
  ListedJob,
  Resources,
  Scheduler,
} from '../../../src/run/executors/slurm/scheduler.ts'
import { Submitter } from '../../../src/run/executors/slurm/submitter.ts'

const unreached = () => new RomiError('cluster/unreachable', 'Socket timed out')
const refused = () => new RomiError('cluster/refused', 'no such partition')
const resources: Resources = { cpus: 1, memory: 100, exclude: [], extra: [] }

/** A submitter, a scheduler that fails as often as a test says, and all that happens, in order. */
function submitter(largest = 100, stop = 5_000) {
  const log: string[] = []
  const arrays: ArrayRequest[] = []
  const paused: number[] = []
  const of = {
    /** What becomes of each request in turn; `undefined`: it is taken. */
    submits: [] as (Error | undefined)[],
    lists: [] as (Error | readonly ListedJob[])[],
    cancels: [] as (Error | undefined)[],
    onSubmit: (): void | Promise<void> => undefined,
    onPause: (): void => undefined,
  }
  const scheduler: Scheduler = {
    name: 'of the test',
    async submit(array) {
      arrays.push(array)
      await of.onSubmit()
      const error = of.submits.shift()
      log.push(error ? `submit ${array.mark} fails` : `submit ${array.mark}`)
      if (error) throw error
      return String(70 + arrays.length)
    },
    list: async (names) => {
      log.push(`list ${names.join(' ')}`)
      const answer = of.lists.shift() ?? []
      if (answer instanceof Error) throw answer
      return answer
    },
    cancel: async (jobs) => {
      log.push(`cancel ${'ids' in jobs ? jobs.ids.join(' ') : jobs.name}`)
      const error = of.cancels.shift()
      if (error) throw error
    },
    state: () => Promise.resolve({ is: 'unknown' }),
    largestArray: async () => {
      log.push('largest')
      return largest
    },
  }
  const files = {
    intend: async (array: string, jobs: readonly string[]) =>
      void log.push(`intend ${array}: ${jobs.join(' ')}`),
    taken: async (array: string, id: string) => void log.push(`taken ${array} ${id}`),
    logPattern: (array: string) => `/logs/${array}-%a.log`,
    // Safe: nothing else of the files is asked for.
  } as unknown as JobFiles
  const own = new Submitter({
    scheduler,
    files,
    name: 'run',
    folder: '/db',
    script: (array, prologue) => `script of ${array}, ${prologue ?? 'without prologue'}`,
    timing: { collect: 20, patience: 0, tellAfter: 0, backOff: 1_000, stop },
    pause: async (ms) => {
      paused.push(ms)
      of.onPause()
      await wait(0)
    },
  })
  /** Adds a job. @returns what it hears */
  const add = (name: string, more: { resources?: Resources; prologue?: string } = {}) => {
    const job = { heard: [] as string[], isUnwanted: false }
    own.add({
      name,
      resources,
      prologue: undefined,
      ...more,
      submitted: (array, index, id) => job.heard.push(`in ${array} ${index} as ${id}`),
      refused: (error) => job.heard.push(`refused: ${error.message}`),
      delayed: (why) => job.heard.push(`delayed: ${why}`),
      isUnwanted: () => job.isUnwanted,
    })
    return job
  }
  return Object.assign(of, { own, add, log, arrays, paused })
}

const inArray = (mark: string, id: string): ListedJob => ({
  id,
  name: 'run',
  mark,
  index: 0,
  state: { is: 'running' },
})

describe('jobs that become ready together', () => {
  test('are one array, written down before it is submitted and after it is in', async () => {
    const of = submitter()
    const [a, b] = [of.add('a'), of.add('b')]
    expect(await of.own.end()).toEqual([])
    expect(of.log).toEqual(['largest', 'intend a1: a b', 'submit a1', 'taken a1 71'])
    expect(of.arrays).toStrictEqual([
      {
        name: 'run',
        mark: 'a1',
        count: 2,
        resources,
        log: '/logs/a1-%a.log',
        folder: '/db',
        script: 'script of a1, without prologue',
      },
    ])
    expect([a.heard, b.heard]).toEqual([['in a1 0 as 71_0'], ['in a1 1 as 71_1']])
    expect(of.paused).toEqual([20])
  })

  test('are apart where they ask for something else', async () => {
    const of = submitter()
    of.add('a')
    of.add('b', { resources: { ...resources, memory: 200 } })
    of.add('c', { prologue: 'module load colmap' })
    of.add('d')
    of.add('e', { prologue: 'module load node' })
    await of.own.end()
    expect(
      of.arrays.map(({ count, script, resources: { memory } }) => [count, memory, script]),
    ).toEqual([
      [2, 100, 'script of a1, without prologue'],
      [1, 200, 'script of a2, without prologue'],
      [1, 100, 'script of a3, module load colmap'],
      [1, 100, 'script of a4, module load node'],
    ])
  })

  test('are as many arrays as the cluster asks for, which is asked once', async () => {
    const of = submitter(2)
    const jobs = ['a', 'b', 'c', 'd', 'e'].map((name) => of.add(name))
    await of.own.end()
    expect(of.arrays.map(({ count }) => count)).toEqual([2, 2, 1])
    expect(jobs.at(-1)?.heard).toEqual(['in a3 0 as 73_0'])
    expect(of.log.filter((word) => word === 'largest')).toHaveLength(1)
  })

  test('leave out those that nobody wants any more', async () => {
    const of = submitter()
    const [a, b] = [of.add('a'), of.add('b')]
    a.isUnwanted = true
    await of.own.end()
    expect(of.log).toContain('intend a1: b')
    expect([a.heard, b.heard]).toEqual([[], ['in a1 0 as 71_0']])
  })

  test('are not submitted at all where nobody wants any of them', async () => {
    const of = submitter(1)
    const jobs = [of.add('a'), of.add('b')]
    of.onSubmit = () => jobs.forEach((job) => (job.isUnwanted = true))
    await of.own.end()
    expect(of.arrays).toHaveLength(1)
    expect(of.log.some((word) => word.includes('a2'))).toBe(false)
  })
})

test('jobs that become ready while others are submitted, or later, are the next array', async () => {
  const of = submitter()
  let isFirst = true
  of.onSubmit = () => {
    if (isFirst) of.add('b')
    isFirst = false
  }
  of.add('a')
  await of.own.end()
  of.add('c')
  await of.own.end()
  expect(of.arrays.map(({ mark }) => mark)).toEqual(['a1', 'a2', 'a3'])
})

test('what the scheduler refuses is told to each job, and written down as taken for none', async () => {
  const of = submitter()
  of.submits = [refused()]
  const [a, b] = [of.add('a'), of.add('b')]
  await of.own.end()
  expect([a.heard, b.heard]).toEqual(Array(2).fill(['refused: no such partition']))
  expect(of.log.at(-1)).toBe('submit a1 fails')
})

describe('a scheduler that is not reached', () => {
  test('is asked whether it has the array, and given it again after twice the time each time', async () => {
    const of = submitter()
    of.submits = Array.from({ length: 9 }, unreached)
    of.lists = [[inArray('a2', '5_0')]]
    const a = of.add('a')
    await of.own.end()
    expect(of.paused.slice(1)).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120].map((s) => s * 1000))
    expect(a.heard).toEqual([
      ...Array<string>(9).fill('delayed: Socket timed out'),
      'in a1 0 as 80_0',
    ])
    expect(of.log.filter((word) => word === 'list run')).toHaveLength(9)
  })

  test('is not given an array that it took though it did not say so', async () => {
    const of = submitter()
    of.submits = [unreached()]
    of.lists = [[inArray('a7', '5_0'), inArray('a1', '61_0')]]
    const a = of.add('a')
    await of.own.end()
    expect(of.arrays).toHaveLength(1)
    expect(a.heard.at(-1)).toBe('in a1 0 as 61_0')
    expect(of.log.at(-1)).toBe('taken a1 61')
  })

  test('is asked for its list until it comes, less and less often', async () => {
    const of = submitter()
    of.submits = [unreached()]
    of.lists = [...Array.from({ length: 8 }, unreached), [inArray('a1', '6_0')]]
    of.add('a')
    await of.own.end()
    expect(of.paused.slice(2)).toEqual([1, 2, 4, 8, 16, 32, 64, 120].map((s) => s * 1000))
    expect(of.arrays).toHaveLength(1)
  })

  test('is given up where nobody wants the jobs any more', async () => {
    const of = submitter()
    of.submits = [unreached()]
    const [a, b] = [of.add('a'), of.add('b')]
    of.onPause = () => (a.isUnwanted = b.isUnwanted = of.arrays.length > 0)
    expect(await of.own.end()).toEqual([])
    expect(of.log.slice(2)).toEqual(['submit a1 fails', 'list run'])
    expect(a.heard).toEqual(['delayed: Socket timed out'])
  })

  test('is given an array again as long as one of its jobs is wanted', async () => {
    const of = submitter()
    of.submits = [unreached()]
    const [a, b] = [of.add('a'), of.add('b')]
    of.onPause = () => void (a.isUnwanted = of.arrays.length > 0)
    expect(await of.own.end()).toEqual(['72_0'])
    expect(b.heard).toEqual(['delayed: Socket timed out', 'in a1 1 as 72_1'])
  })

  test('is given up without its list, too; but not while one of the jobs is wanted', async () => {
    const of = submitter()
    of.submits = [unreached()]
    of.lists = [unreached(), unreached()]
    const [a, b] = [of.add('a'), of.add('b')]
    of.onPause = () => {
      a.isUnwanted = of.arrays.length > 0
      b.isUnwanted = of.lists.length < 2
    }
    await of.own.end()
    expect(of.log.filter((word) => word === 'list run')).toHaveLength(2)
    expect([of.arrays.length, b.heard]).toEqual([1, ['delayed: Socket timed out']])
  })

  test('is not asked again whether a refusal was meant', async () => {
    const of = submitter()
    of.submits = [unreached()]
    of.lists = [refused()]
    const a = of.add('a')
    await of.own.end()
    expect(a.heard).toEqual(['delayed: Socket timed out', 'refused: no such partition'])
  })
})

describe('jobs that nobody wants by the time that they are in', () => {
  const strayed = (of: ReturnType<typeof submitter>) => {
    const jobs = [of.add('a'), of.add('b'), of.add('c')]
    of.onSubmit = () => void (jobs[1].isUnwanted = true)
    return jobs
  }

  test('are cancelled, and told at the end; the others go on', async () => {
    const of = submitter()
    strayed(of)
    expect(await of.own.end()).toEqual(['71_1'])
    expect(of.log.slice(-2)).toEqual(['taken a1 71', 'cancel 71_1'])
    expect(await of.own.end()).toEqual(['71_1'])
  })

  test('are told though they cannot be cancelled now', async () => {
    const of = submitter()
    of.cancels = [unreached()]
    const [a] = strayed(of)
    expect(await of.own.end()).toEqual(['71_1'])
    expect(a.heard).toEqual(['in a1 0 as 71_0'])
  })
})

test('jobs that nobody wants and that cannot be cancelled at all say so', async () => {
  const of = submitter()
  of.cancels = [refused()]
  const [a, b] = [of.add('a'), of.add('b')]
  of.onSubmit = () => void (b.isUnwanted = true)
  expect(await of.own.end()).toEqual(['71_1'])
  expect(a.heard.at(-1)).toBe('refused: no such partition')
})

test('a bug is thrown, and not told as a refusal', async () => {
  const of = submitter()
  of.submits = [new TypeError('a bug of ours')]
  const a = of.add('a')
  await expect(of.own.end()).rejects.toThrow('a bug of ours')
  expect(a.heard).toEqual([])
})

test('what takes too long to come back from the scheduler is not waited for: nobody knows', async () => {
  const of = submitter(100, 10)
  let letGo = (): void => undefined
  of.onSubmit = () => new Promise<void>((resolve) => (letGo = resolve))
  of.add('a')
  expect(await of.own.end()).toBeUndefined()
  letGo()
})
