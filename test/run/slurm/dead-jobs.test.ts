// Jobs that dead runs left: which are gone on with, and that all others are gone before their drafts are opened.
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { newRunId } from '../../../src/fsdb/own-names.ts'
import { runFoldersAt } from '../../../src/fsdb/run-folders.ts'
import { DeadJobs } from '../../../src/run/executors/slurm/dead-jobs.ts'
import {
  JobFiles,
  type JobEnded,
  type JobOrder,
} from '../../../src/run/executors/slurm/job-files.ts'
import type {
  Answer,
  JobState,
  ListedJob,
  Scheduler,
} from '../../../src/run/executors/slurm/scheduler.ts'
import { scratchFolder } from '../../support/scratch.ts'

const running: JobState = { is: 'running' }
const gone: JobState = { is: 'ended', how: 'cancelled' }

/** A database with runs that are dead, and a scheduler whose lists are as a test says, in turn. */
function leftBehind() {
  const root = scratchFolder('dead')
  onTestFinished(() => rmSync(root, { recursive: true }))
  const runs = runFoldersAt(root)
  const ids = [1, 2, 3].map((day) => newRunId(new Date(day * 86_400_000)))
  const files = ids.map((run) => new JobFiles(runs, run))
  const of = {
    lists: [[]] as (readonly ListedJob[])[],
    answers: new Map<string, Answer>(),
    /** How much later it is after each list, in ms. */
    tick: 0,
    said: [] as string[],
  }
  let [listed, now] = [0, 0]
  vi.spyOn(performance, 'now').mockImplementation(() => now)
  onTestFinished(() => void vi.restoreAllMocks())
  const short = (run: string) => `run${ids.findIndex((id) => id === run)}`
  const scheduler: Scheduler = {
    name: 'of the test',
    submit: () => Promise.reject(new Error('nothing is submitted here')),
    async list(names) {
      of.said.push(`list ${names.map(short).join(' ')}`)
      now += of.tick
      if (listed > 50) throw new Error('too many lists')
      return of.lists[Math.min(listed++, of.lists.length - 1)]
    },
    cancel: async (jobs) => void of.said.push(`cancel ${'ids' in jobs ? jobs.ids.join(' ') : ''}`),
    async state(id) {
      of.said.push(`ask ${id}`)
      return of.answers.get(id) ?? { is: 'unknown' }
    },
    largestArray: () => Promise.resolve(1),
  }
  const [own] = ids.slice(-1)
  const dead = new DeadJobs({ runs, root, own, scheduler, pollMs: 1 })
  /** Writes down a job as the head of a run does before it submits it. */
  const order = async (
    name: string,
    more: { scan?: string; step?: string; root?: string; run?: number } = {},
  ) => {
    const { scan = 'plant', step = 'Step', run = 0, root: at = root } = more
    const job = { scan, step, draft: `/db/drafts/draft-of-${step}` }
    const asked = { resources: { memory: 70 } }
    runs.makeFolder(ids[run], 'jobs')
    // Safe: nothing else of an order is looked at.
    await files[run].write(name, 'job', { job, asked, root: at } as unknown as JobOrder)
  }
  /** Writes down that jobs are an array. @param id by which the scheduler took it */
  const array = async (names: readonly string[], id?: string, { run = 0, mark = 'a1' } = {}) => {
    await files[run].intend(mark, names)
    if (id !== undefined) await files[run].taken(mark, id)
  }
  const listedJob = (index: number, state = running, { run = 0, mark = 'a1' } = {}): ListedJob => ({
    id: `7_${index}`,
    name: ids[run],
    mark,
    index,
    state,
  })
  const ends = async (name: string, is: 'done' | 'cancelled', run = 0) => {
    const result = { metadata: {}, checks: {}, versions: {} }
    const outcome = is === 'done' ? { is, result } : { is }
    const ended: JobEnded = { outcome, files: [], node: 'n1', seconds: 1 }
    await files[run].write(name, 'outcome', ended)
  }
  const claim = async (isWanted: Parameters<DeadJobs['claim']>[2] = () => true, step = 'Step') =>
    (await dead.claim('plant', step, isWanted)).map(({ name, place }) => `${name} is ${place.id}`)
  return Object.assign(of, { dead, files, ids, order, array, listedJob, ends, claim })
}

describe('a job of a dead run', () => {
  test('that runs is gone on with where it is wanted: with its place, and the memory that it has', async () => {
    const of = leftBehind()
    await of.order('j')
    await of.array(['other', 'j'], '7')
    of.lists = [[of.listedJob(1)]]
    of.dead.take('plant')
    const asked: unknown[] = []
    const claimed = await of.dead.claim('plant', 'Step', ({ job }, draft, isWaiting) => {
      asked.push([job.scan, draft, isWaiting])
      return true
    })
    expect(claimed).toEqual([
      {
        name: 'j',
        files: of.files[0],
        job: expect.objectContaining({ step: 'Step' }),
        memory: 70,
        place: { array: 'a1', index: 1, id: '7_1' },
      },
    ])
    expect(asked).toEqual([['plant', 'draft-of-Step', false]])
    expect(of.said).toEqual(['list run0'])
    expect(of.files[0].jobs()).toEqual(['j'])
  })

  test('that waits is told to do so', async () => {
    const of = leftBehind()
    await of.order('j')
    await of.array(['j'], '7')
    of.lists = [[of.listedJob(0, { is: 'waiting', why: '' })]]
    of.dead.take('plant')
    const asked: boolean[] = []
    await of.claim((_order, _draft, isWaiting) => asked.push(isWaiting) > 0)
    expect(asked).toEqual([true])
  })

  test.each([
    ['is not listed any more', []],
    ['is listed as over', [gone]],
  ])('that was done is gone on with where it %s', async (_, states) => {
    const of = leftBehind()
    await of.order('j')
    await of.array(['j'], '9')
    await of.ends('j', 'done')
    of.lists = [states.map((state) => ({ ...of.listedJob(0, state), id: '9_0' }))]
    of.dead.take('plant')
    expect(await of.claim()).toEqual(['j is 9_0'])
    // Its outcome says enough.
    expect(of.said).toEqual(['list run0'])
  })

  test('that was done before its id was written down is gone on with all the same', async () => {
    const of = leftBehind()
    await of.order('j')
    await of.array(['j'])
    await of.ends('j', 'done')
    of.dead.take('plant')
    expect(await of.claim()).toEqual(['j is 0_0'])
  })

  test('that ended otherwise is done with: its files go, and nothing is cancelled', async () => {
    const of = leftBehind()
    for (const name of ['failed', 'died', 'unsubmitted']) await of.order(name)
    await of.array(['failed', 'died'], '7')
    await of.ends('failed', 'cancelled')
    of.lists = [[of.listedJob(0), of.listedJob(1, gone)].slice(1)]
    of.dead.take('plant')
    expect(await of.claim()).toEqual([])
    expect(of.said).toEqual(['list run0'])
    expect(of.files[0].jobs()).toEqual([])
  })

  test('that a list leaves out is asked for by its id', async () => {
    const of = leftBehind()
    for (const name of ['here', 'lost', 'nameless']) await of.order(name)
    await of.array(['here', 'lost'], '7')
    await of.array(['nameless'], undefined, { mark: 'a2' })
    of.answers.set('7_0', { is: 'known', state: running })
    of.dead.take('plant')
    expect(await of.claim()).toEqual(['here is 7_0'])
    expect(of.said).toEqual(['list run0', 'ask 7_0', 'ask 7_1'])
    expect(of.files[0].jobs()).toEqual(['here'])
  })

  test('that is not wanted is cancelled, and gone when this is told', async () => {
    const of = leftBehind()
    for (const name of ['no', 'ended']) await of.order(name)
    await of.array(['no', 'ended'], '7')
    const [no, over] = [of.listedJob(0), of.listedJob(1, gone)]
    of.lists = [
      [no, over],
      [no, over],
      [{ ...no, state: gone }, over],
    ]
    of.dead.take('plant')
    expect(await of.claim(() => false)).toEqual([])
    expect(of.said).toEqual(['list run0', 'cancel 7_0', 'list run0', 'list run0'])
    expect(of.files[0].jobs()).toEqual([])
  })

  test('that is wanted is left alone while another one is waited for', async () => {
    const of = leftBehind()
    for (const name of ['no', 'yes']) await of.order(name, { step: 'Step' })
    await of.array(['no', 'yes'], '7')
    const [no, yes] = [of.listedJob(0), of.listedJob(1)]
    of.lists = [
      [no, yes],
      [no, yes],
      [{ ...no, state: gone }, yes],
    ]
    of.dead.take('plant')
    let nth = 0
    expect(await of.claim(() => ++nth === 2)).toEqual(['yes is 7_1'])
    expect(of.said).toEqual(['list run0', 'cancel 7_0', 'list run0', 'list run0'])
    expect(of.files[0].jobs()).toEqual(['yes'])
  })

  test('that does not end is an error that says what to wait for; its files stay', async () => {
    const of = leftBehind()
    await of.order('j')
    await of.array(['j'], '7')
    of.lists = [[of.listedJob(0)]]
    of.tick = 50_000
    of.dead.take('plant')
    const [run] = of.ids
    await expect(of.claim(() => false)).rejects.toMatchObject({
      code: 'cluster/jobs-left',
      message: `jobs of Step that the run ${run} left on the cluster do not end: wait until squeue --name=${run} lists none, and run again`,
      facts: { run },
    })
    // Two minutes from the first list.
    expect(of.said).toEqual(['list run0', 'cancel 7_0', ...Array(3).fill('list run0')])
    expect(of.files[0].jobs()).toEqual(['j'])
  })
})

describe('the jobs of a scan', () => {
  test('are those of all dead runs, but not one’s own, nor those of a copy of the database', async () => {
    const of = leftBehind()
    for (const run of [0, 1, 2]) await of.order(`j${run}`, { run })
    await of.order('copied', { root: '/elsewhere' })
    await of.order('other', { scan: 'other' })
    for (const run of [0, 1, 2]) await of.array([`j${run}`], '7', { run })
    await of.array(['copied', 'other'], '8', { mark: 'a2' })
    of.lists = [
      [
        ...[0, 1, 2].map((run) => of.listedJob(0, running, { run })),
        ...[0, 1].map((index) => of.listedJob(index, running, { mark: 'a2' })),
      ],
    ]
    of.dead.take('plant')
    expect(await of.claim()).toEqual(['j0 is 7_0', 'j1 is 7_0'])
    expect(of.said).toEqual(['list run0 run1'])
  })

  test('that are to make the same are gone on with once: the other one is cancelled', async () => {
    const of = leftBehind()
    for (const run of [0, 1]) {
      await of.order('j', { run })
      await of.array(['j'], '7', { run })
    }
    const [first, second] = [0, 1].map((run) => of.listedJob(0, running, { run }))
    of.lists = [[first, { ...second, id: '8_0' }], [first]]
    of.dead.take('plant')
    expect(await of.claim()).toEqual(['j is 7_0'])
    // Whether it is gone is asked, too, where a list does not tell.
    expect(of.said).toEqual(['list run0 run1', 'cancel 8_0', 'list run1', 'ask 7_0'])
    expect([of.files[0].jobs(), of.files[1].jobs()]).toEqual([['j'], []])
  })

  test('are no concern of another scan, nor of another step', async () => {
    const of = leftBehind()
    await of.order('j', { step: 'Other' })
    await of.array(['j'], '7')
    of.dead.take('plant')
    of.dead.take('scan-without')
    expect(await of.claim()).toEqual([])
    await of.dead.leave('scan-without')
    expect(of.said).toEqual([])
    of.lists = [[of.listedJob(0)]]
    expect(await of.claim(() => true, 'Other')).toEqual(['j is 7_0'])
    // Each is claimed once.
    expect(await of.claim(() => true, 'Other')).toEqual([])
  })

  test('that nobody claimed are ended with the work on the scan, and what was written of them', async () => {
    const of = leftBehind()
    for (const step of ['Step', 'Other']) await of.order(`of-${step}`, { step })
    await of.array(['of-Step', 'of-Other'], '7')
    of.lists = [
      [of.listedJob(0), of.listedJob(1)],
      [of.listedJob(0), of.listedJob(1)],
      [of.listedJob(0)],
    ]
    of.dead.take('plant')
    expect(await of.claim()).toEqual(['of-Step is 7_0'])
    await of.files[0].remove('of-Step')
    await of.dead.leave('plant')
    expect(of.said).toEqual(['list run0', 'list run0', 'cancel 7_1', 'list run0', 'ask 7_1'])
    expect(existsSync(of.files[0].path)).toBe(false)
    await of.dead.leave('plant')
    expect(of.said).toHaveLength(5)
  })

  test('are ended without those of another scan, of whose run the folder stays', async () => {
    const of = leftBehind()
    await of.order('j')
    await of.order('k', { scan: 'other' })
    await of.array(['j', 'k'], '7')
    of.lists = [[of.listedJob(0), of.listedJob(1)], [of.listedJob(1)]]
    await of.dead.endAll('plant')
    expect(of.said).toEqual(['list run0', 'cancel 7_0', 'list run0', 'ask 7_0'])
    expect(of.files[0].jobs()).toEqual(['k'])
  })
})

describe('the files of a dead run', () => {
  test('are read once, as long as they are there', async () => {
    const of = leftBehind()
    await of.order('j')
    await of.order('k', { scan: 'other' })
    await of.array(['j', 'k'], '7')
    of.dead.take('plant')
    writeFileSync(join(of.files[0].path, 'k.job.json'), 'torn by now')
    rmSync(join(of.files[0].path, 'a1.array.json'))
    of.lists = [[of.listedJob(1)]]
    of.dead.take('other')
    expect(await of.dead.claim('other', 'Step', () => true)).toHaveLength(1)
  })

  test('are read again where a job had no place yet, and new ones are found', async () => {
    const of = leftBehind()
    await of.order('j')
    of.dead.take('plant')
    await of.array(['j', 'k'], '7')
    await of.order('k')
    of.lists = [[of.listedJob(0), of.listedJob(1)]]
    of.dead.take('plant')
    expect(await of.claim()).toEqual(['j is 7_0', 'k is 7_1'])
  })

  test('that are gone by now are no jobs', async () => {
    const of = leftBehind()
    await of.order('j')
    await of.array(['j'], '7')
    of.dead.take('other')
    await of.files[0].remove('j')
    of.dead.take('plant')
    expect(await of.claim()).toEqual([])
    expect(of.said).toEqual([])
  })
})
