// A poller on a scheduler and on files that say what a test says, and a clock that goes on when it says so.
import { setTimeout as wait } from 'node:timers/promises'
import { onTestFinished, vi } from 'vitest'
import { RomiError } from '../../../src/base/errors.ts'
import type { RunOnCluster } from '../../../src/run/executor.ts'
import { Followed } from '../../../src/run/executors/slurm/followed.ts'
import type { JobEnded, JobFiles } from '../../../src/run/executors/slurm/job-files.ts'
import { Poller } from '../../../src/run/executors/slurm/poller.ts'
import type {
  Answer,
  JobState,
  ListedJob,
  Scheduler,
} from '../../../src/run/executors/slurm/scheduler.ts'
import type { Job } from '../../../src/run/job.ts'

/** What is said of a scheduler that is not reached. */
export const unreached = () => new RomiError('cluster/unreachable', 'Socket timed out')
/** What a scheduler refuses. */
export const refused = () => new RomiError('cluster/refused', 'access denied')
export const running: JobState = { is: 'running' }
export const waiting = (why: string): JobState => ({ is: 'waiting', why })
export const over = (how: 'completed' | 'failed' | 'cancelled' | 'lost' = 'failed'): JobState => ({
  is: 'ended',
  how,
})

/** More looks than any of these tests takes: what would go on for ever ends here. */
const enough = 300

/** A poller on a scheduler whose lists are as a test says, in turn; the last one goes on. */
export function polled({ stopPatience = 50, pollMs = 1 } = {}) {
  const cancel = new AbortController()
  const stop = new AbortController()
  const clock = { now: 0 }
  vi.spyOn(performance, 'now').mockImplementation(() => clock.now)
  const of = {
    lists: [[]] as (Error | readonly ListedJob[])[],
    answers: [] as (Error | Answer)[],
    cancelFails: [] as Error[],
    /** How much later it is after each list, in ms. */
    tick: 0,
    /** The names of the files that are there. */
    names: new Set<string>(),
    outcomes: new Map<string, JobEnded>(),
    started: new Set<string>(),
    printed: '',
    onAsk: (): void => undefined,
    /** Names that were listed, in turn. */
    listed: [] as string[],
    /** Looks before each list. */
    looksAtList: [] as number[],
    /** Jobs that were asked for, each with the number of lists before. */
    asked: [] as string[],
    cancelled: [] as string[],
    looks: 0,
  }
  const jobs: Followed[] = []
  const atMost = (count: number) => {
    if (count > enough) for (const job of jobs) job.end({ is: 'cancelled' })
  }
  const scheduler: Scheduler = {
    name: 'of the test',
    submit: () => Promise.reject(new Error('nothing is submitted here')),
    async list(names) {
      const list = of.lists[Math.min(of.listed.length, of.lists.length - 1)]
      of.listed.push(names.join(' '))
      of.looksAtList.push(of.looks)
      clock.now += of.tick
      atMost(of.listed.length)
      if (list instanceof Error) throw list
      return list
    },
    async cancel(which) {
      const { name, waitingOnly, ids } = { name: '', waitingOnly: false, ids: [], ...which }
      of.cancelled.push('ids' in which ? ids.join(' ') : `${name}${waitingOnly ? ' waiting' : ''}`)
      const error = of.cancelFails.shift()
      if (error) throw error
    },
    async state(id) {
      of.asked.push(`${id} after ${of.listed.length}`)
      of.onAsk()
      const answer = of.answers.shift() ?? { is: 'unknown' }
      if (answer instanceof Error) throw answer
      return answer
    },
    largestArray: () => Promise.resolve(1),
  }
  // Safe: nothing else of a run is asked for.
  const run = { id: 'run', cancel: cancel.signal, stop: stop.signal } as unknown as RunOnCluster
  const timing = { collect: 0, patience: 100, tellAfter: 100, backOff: 0, stop: stopPatience }
  const poller = new Poller({ scheduler, run, pollMs, timing })
  const filesOf = (name: string) =>
    ({
      run: name,
      path: `/runs/${name}`,
      names: () => {
        atMost(++of.looks / 4)
        return of.names
      },
      outcome: (job: string) => of.outcomes.get(job),
      started: (job: string) => (of.started.has(job) ? {} : undefined),
      told: () => 1,
      events: (job: string) => [{ is: 'printed', text: `${job} speaks` }],
      log: () => of.printed,
      // Safe: nothing else of the files is asked for.
    }) as unknown as JobFiles
  const files = new Map<string, JobFiles>()
  /** Follows a job of a run. @param index its place in the array `a1`; absent: it has none yet */
  const follow = (name: string, index?: number, more: Partial<Job> = {}, ofRun = 'run') => {
    const told: unknown[] = []
    const own = files.get(ofRun) ?? filesOf(ofRun)
    files.set(ofRun, own)
    // Safe: nothing else of a job is looked at.
    const job = { step: 'Step', limits: {}, ...more } as Job
    const followed = new Followed({ name, job, files: own, memory: 70, tell: (e) => told.push(e) })
    if (index !== undefined) followed.place = { array: 'a1', index, id: `${ofRun}_${index}` }
    jobs.push(followed)
    poller.follow(followed)
    return Object.assign(followed, { told })
  }
  /** Waits until so many more lists were asked for. */
  const lists = async (count: number) => {
    const until = of.listed.length + count
    for (let ms = 0; of.listed.length < until; ms++) {
      if (ms > 1_000) throw new Error('the scheduler is not asked any more')
      await wait(1)
    }
  }
  const tooLong = setTimeout(() => jobs.forEach((job) => job.end({ is: 'cancelled' })), 3_000)
  onTestFinished(async () => {
    clearTimeout(tooLong)
    vi.restoreAllMocks()
    of.lists = [[]]
    await poller.end([])
  })
  return Object.assign(of, { poller, cancel, stop, clock, follow, untilListed: lists, run })
}

export const listed = (state: JobState, more: Partial<ListedJob> = {}): ListedJob => ({
  id: 'run_0',
  name: 'run',
  mark: 'a1',
  index: 0,
  state,
  ...more,
})
const failure = { code: 'task/threw', message: 'm', facts: {}, logTail: [] } as const
export const ended = (more: Partial<JobEnded> = {}): JobEnded => ({
  outcome: { is: 'failed', failure },
  files: [],
  node: 'n1',
  seconds: 1,
  ...more,
})
