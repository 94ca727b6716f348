// Whatever goes wrong on a cluster has its word: with a scheduler that does what a test says.
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunEvent, TaskFailure } from '../../../src/run/event.ts'
import { RomiError } from '../../../src/base/errors.ts'
import { failureIn } from '../../support/executor-contract.ts'
import type { Rig, Ran } from '../../support/rig.ts'
import type { Script, SimulatedScheduler, Submitted } from '../../support/simulated-scheduler.ts'
import { until } from '../../support/until.ts'
import { cluster } from './cluster.ts'

const memoryOf = ({ array }: Submitted): number => array.resources.memory
const stepsIn = ({ state }: Ran, scan = 'plant') => state.scans.get(scan)?.steps
const warnings = ({ state }: Ran): string => state.warnings.map(({ text }) => text).join('\n')

describe('a job that uses too much memory', () => {
  const limits = '[Wait.romi]\nmemory = 400\n'

  test('a job that uses too much memory is tried again with half as much more each time, where retries allow', async () => {
    const oom: Script = { is: 'ends', how: 'out-of-memory' }
    const { scheduler, start } = await cluster(oom, oom)
    const ran = await start(`[Wait]\n${limits}retries = 2\n`)
    expect(ran.code).toBe(0)
    expect(scheduler.jobs.map(memoryOf)).toEqual([400, 600, 900])
  })

  test('fails as that, by the log alone where no kernel tells', async () => {
    const log = 'slurmstepd-n1: error: StepId=4.batch exceeded memory limit (5 > 3), being killed\n'
    const { start } = await cluster({ is: 'ends', how: 'failed', exitCode: '0:9', log })
    const failed = failureIn(await start(`[Wait]\n${limits}`))
    expect(failed).toMatchObject({ code: 'task/out-of-memory', facts: { node: 'n1' } })
    expect(failed?.message).toContain('400 MB')
  })
})

test('a job that the scheduler ended for its time is not tried again', async () => {
  const { scheduler, start } = await cluster({ is: 'ends', how: 'time-limit' })
  const ran = await start('[Wait]\n[Wait.romi]\nretries = 3\ntime_limit = 61\n')
  expect(failureIn(ran)?.code).toBe('cluster/time-limit')
  expect(scheduler.jobs.map(({ array }) => array.resources.minutes)).toEqual([4])
})

test('a job that had no time limit of its own is told of its partition', async () => {
  const { start } = await cluster({ is: 'ends', how: 'time-limit' })
  expect(failureIn(await start('[Wait]\n'))?.message).toContain('[Wait.romi.slurm]')
})

describe('a job whose node fails', () => {
  const lost = (node: string): Script => ({ is: 'ends', how: 'lost', node })

  test('a job whose node fails is begun anew elsewhere, twice at most, beside the retries of its step', async () => {
    const { scheduler, start } = await cluster(lost('n1'), lost('n2'))
    const ran = await start('[Wait]\n')
    expect(ran.code).toBe(0)
    const excluded = scheduler.jobs.map(({ array }) => array.resources.exclude)
    expect(excluded).toEqual([[], ['n1'], ['n1', 'n2']])
    expect(warnings(ran)).toMatch(/n1 failed.*begun anew/)
  })

  test('three times fails, with its code', async () => {
    const { start } = await cluster(lost('n1'), lost('n2'), lost('n3'))
    expect(failureIn(await start('[Wait]\n'))?.code).toBe('cluster/node-lost')
  })

  test('a job whose node fails and that the scheduler forgot is begun anew, too', async () => {
    const { scheduler, start } = await cluster({ is: 'vanishes' })
    expect((await start('[Wait]\n')).code).toBe(0)
    expect(scheduler.jobs).toHaveLength(2)
    expect(scheduler.requests.state).toBe(1)
  })
})

test('a job that somebody cancels is cancelled, with a word, and the run ends with 25', async () => {
  const { start } = await cluster({ is: 'ends', how: 'cancelled' })
  const ran = await start('[Wait]\n[Wait.romi]\nretries = 3\n')
  expect(ran.code).toBe(25)
  expect(stepsIn(ran)?.get('Wait')?.is).toBe('cancelled')
  expect(warnings(ran)).toContain('scancel')
})

test('a job that ends without a word has died, with the end of its log', async () => {
  const { start } = await cluster({
    is: 'ends',
    how: 'failed',
    exitCode: '139',
    log: 'a\nSegfault\n',
  })
  const failed = failureIn(await start('[Wait]\n'))
  expect(failed).toMatchObject({ code: 'task/worker-died', logTail: ['a', 'Segfault'] })
})

describe('a job that waits', () => {
  test('a job that waits for a node that is not there fails, with the word of the scheduler', async () => {
    const { scheduler, start } = await cluster({ is: 'waits', why: 'BadConstraints' })
    const failed = failureIn(await start('[Wait]\n[Wait.romi]\nretries = 3\n'))
    expect(failed).toMatchObject({ code: 'cluster/cannot-run', facts: { why: 'BadConstraints' } })
    expect(scheduler.jobs[0].state).toEqual({ is: 'ended', how: 'cancelled' })
  })

  test('a job that waits for a limit of its account says so, and goes on to wait', async () => {
    const why = 'AssocGrpCpuLimit'
    const { start } = await cluster({ is: 'waits', why })
    const stop = new AbortController()
    const told: RunEvent[] = []
    const ran = await start('[Wait]\n', {
      stop: stop.signal,
      tell: (event) => {
        told.push(event)
        if (event.is === 'placed' && event.why === why) stop.abort()
      },
    })
    expect(ran.code).toBe(130)
  })
})

describe('a scheduler', () => {
  test('that refuses fails the step in its own words, once', async () => {
    const { scheduler, start } = await cluster()
    scheduler.submit = () =>
      Promise.reject(new RomiError('cluster/refused', 'invalid partition specified: nowhere'))
    const ran = await start('[Wait]\n[Wait.romi]\nretries = 3\n[Count]')
    expect(
      ran.events.filter(({ is, ...of }) => is === 'failed' && 'retry' in of && of.retry),
    ).toEqual([])
    expect(failureIn(ran)).toMatchObject({ code: 'cluster/refused' })
  })

  test('that is away for a while delays, and no job is begun twice', async () => {
    const { scheduler, start } = await cluster()
    Object.assign(scheduler.away, { submit: 1, list: 3, state: 1 })
    const ran = await start('[Wait]\n[After]\n')
    expect(ran.code).toBe(0)
    expect(scheduler.jobs).toHaveLength(2)
  })

  test('that took an array though it said "timed out" is not given it again', async () => {
    const { scheduler, start } = await cluster()
    scheduler.takenSilently = 1
    expect((await start('[Wait]\n')).code).toBe(0)
    expect(scheduler.jobs).toHaveLength(1)
  })

  test('that lists nothing for a while is asked, and not believed', async () => {
    const { scheduler, start } = await cluster()
    scheduler.lies = Array.from({ length: 6 }, () => [])
    scheduler.before = () => until(() => scheduler.requests.state > 0)
    expect((await start('[Wait]\n')).code).toBe(0)
    expect(scheduler.jobs).toHaveLength(1)
  })
})

describe('what another machine wrote', () => {
  test('what another machine wrote is waited for: an outcome that comes after the end of its job', async () => {
    const { scheduler, start } = await cluster({ is: 'run', seemsOver: true })
    scheduler.before = () => until(() => scheduler.requests.list >= 2)
    expect((await start('[Wait]\n')).code).toBe(0)
    expect(scheduler.jobs).toHaveLength(1)
  })

  /** The folder of the draft in which the files of a job lie. */
  const filesOf = (root: string): string => {
    const drafts = join(root, 'plant', '.romi', 'drafts')
    return join(drafts, readdirSync(drafts)[0], 'files')
  }

  /** Does something with the made file after the outcome is there, and before the head looks. */
  function meddle(scheduler: SimulatedScheduler, root: string, work: (folder: string) => void) {
    let isDone = false
    scheduler.before = () => until(() => scheduler.requests.list > 0)
    scheduler.beforeList = () => until(() => isDone)
    scheduler.after = async () => {
      work(filesOf(root))
      isDone = true
    }
  }

  test('what another machine wrote is waited for: files that the outcome names', async () => {
    const { rig, scheduler, start } = await cluster()
    meddle(scheduler, rig.path, (folder) => {
      const [path, hidden] = [join(folder, 'text.txt'), join(folder, '..', 'hidden')]
      renameSync(path, hidden)
      void until(() => scheduler.requests.list > 4).then(() => renameSync(hidden, path))
    })
    const ran = await start('[Wait]\n')
    expect(stepsIn(ran)?.get('Wait')?.is).toBe('finished')
    expect(scheduler.requests.list).toBeGreaterThan(4)
  })

  const outcomeOf = (rig: Rig, { array }: Submitted): string => {
    const jobs = join(rig.path, '.romi', 'runs', array.name, 'jobs')
    return join(
      jobs,
      readdirSync(jobs).find((name) => name.endsWith('.outcome.json'))!,
    )
  }

  test.each([
    ['torn', (text: string) => text.slice(0, 40)],
    ['empty', () => ''],
    ['of another form', () => '{"outcome":{"is":"done"},"files":[{}],"node":"n1","seconds":1}'],
    [
      'short of a file',
      (text: string) => text.replace(/"files":\[.*\],"node"/, '"files":[],"node"'),
    ],
  ])(
    'what another machine wrote and is %s is no result, but a failure that says so',
    async (_, damaged) => {
      const { rig, scheduler, start } = await cluster()
      scheduler.before = () => until(() => scheduler.requests.list > 0)
      let isDone = false
      scheduler.beforeList = () => until(() => isDone)
      scheduler.after = async (job) => {
        const path = outcomeOf(rig, job)
        writeFileSync(path, damaged(readFileSync(path, 'utf8')))
        isDone = true
      }
      const failed = failureIn(await start('[Each]\n'))
      expect(failed).toMatchObject({ code: 'cluster/output-missing' })
      expect(await rig.filesets('Each')).toEqual([])
    },
  )

  test('what another machine wrote and never comes is a failure that says so', async () => {
    const { rig, scheduler, start } = await cluster()
    meddle(scheduler, rig.path, (folder) =>
      writeFileSync(join(folder, 'text.txt'), 'torn by the network'),
    )
    const ran = await start('[Wait]\n')
    expect(failureIn(ran)).toMatchObject({ code: 'cluster/output-missing', facts: { node: 'n1' } })
    expect(await rig.filesets('Wait')).toEqual([])
  })
})

describe('a node', () => {
  const blind: Script = { is: 'ends', how: 'failed', exitCode: '83', node: 'n7' }

  test('that does not see the disk is one error, not one for each scan', async () => {
    const { rig, start } = await cluster(blind, blind, blind)
    for (const scan of ['b', 'c']) await rig.addScan(scan, { a: 'one' })
    const failed: TaskFailure[] = []
    const running = start('[Wait]\n', {
      scans: ['plant', 'b', 'c'],
      tell: (event) => void (event.is === 'failed' && failed.push(event.failure)),
    })
    await expect(running).rejects.toMatchObject({
      code: 'cluster/no-disk',
      message: expect.stringContaining('n7 does not see'),
    })
    expect(failed).toEqual([])
  })

  test('whose log cannot be opened before the script begins does not see it either', async () => {
    const { start } = await cluster({ is: 'ends', how: 'failed', exitCode: '0:53', node: 'n7' })
    await expect(start('[Wait]\n')).rejects.toMatchObject({ code: 'cluster/no-disk' })
  })

  test('that does not see it, where others do, is left out', async () => {
    const { scheduler, start } = await cluster({ is: 'run' }, blind)
    expect((await start('[Wait]\n[After]\n')).code).toBe(0)
    expect(scheduler.jobs.map(({ array }) => array.resources.exclude)).toEqual([[], [], ['n7']])
  })

  test('a node of another version of romi-run or of Node does nothing, and is named', async () => {
    const { rig, scheduler, start } = await cluster()
    scheduler.before = async ({ array }) => {
      const jobs = join(rig.path, '.romi', 'runs', array.name, 'jobs')
      const [order] = readdirSync(jobs).filter((name) => name.endsWith('.job.json'))
      const text = readFileSync(join(jobs, order), 'utf8')
      writeFileSync(join(jobs, order), text.replace(/"node":"[\d.]+"/, '"node":"18.0.0"'))
    }
    await expect(start('[Wait]\n')).rejects.toMatchObject({
      code: 'cluster/other-code',
      message: expect.stringContaining('18.0.0'),
    })
  })

  test('whose disk is full says which node, and what to do', async () => {
    const { start } = await cluster()
    const failed = failureIn(await start('[Wait]\nword = "full disk"\n'))
    expect(failed).toMatchObject({ code: 'store/disk-full', facts: { node: 'n1' } })
    expect(failed?.message).toContain('prologue')
  })
})

describe('a wish to end', () => {
  test('once cancels what waits, and what runs may finish', async () => {
    const { rig, scheduler, start } = await cluster(
      { is: 'run' },
      { is: 'waits', why: 'Resources' },
    )
    await rig.addScan('b', { a: 'one' })
    const cancel = new AbortController()
    scheduler.before = () => until(() => cancel.signal.aborted && scheduler.requests.cancel > 0)
    const ran = await start('[Wait]\n', {
      scans: ['plant', 'b'],
      cancel: cancel.signal,
      tell: (event) => {
        const both = scheduler.jobs.length === 2
        if (both && event.is === 'placed' && event.running > 0) cancel.abort()
      },
    })
    expect(ran.code).toBe(130)
    const ends = ['plant', 'b'].map((scan) => stepsIn(ran, scan)?.get('Wait')?.is)
    expect(new Set(ends)).toEqual(new Set(['cancelled', 'finished']))
    expect(scheduler.requests.cancel).toBe(1)
  })

  test('that comes while jobs are submitted cancels them, too', async () => {
    const { rig, scheduler, start } = await cluster({ is: 'hangs' })
    const cancel = new AbortController()
    scheduler.beforeSubmit = async () => {
      cancel.abort()
      await until(() => scheduler.requests.cancel > 0)
    }
    const ran = await start('[Wait]\n', { cancel: cancel.signal })
    expect(ran.code).toBe(130)
    expect(scheduler.jobs.map(({ state }) => state)).toEqual([{ is: 'ended', how: 'cancelled' }])
    expect(await rig.write(async (db) => db.runs.withJobs())).toEqual([])
  })
})

test('a folder for temporary files that the node does not have is passed over', async () => {
  const { scheduler, start } = await cluster()
  scheduler.env = { ...process.env, TMPDIR: '/nowhere/of/the/head' }
  expect((await start('[Filling]\nmegabytes = 1\n')).code).toBe(0)
  expect(existsSync('/nowhere')).toBe(false)
})

test('jobs that become ready together are one array, split at what the cluster takes', async () => {
  const { rig, scheduler, start } = await cluster()
  scheduler.largest = 2
  for (const scan of ['b', 'c', 'd', 'e']) await rig.addScan(scan, { a: 'one' })
  const ran = await start('[Wait]\n', { scans: ['plant', 'b', 'c', 'd', 'e'] })
  expect(ran.code).toBe(0)
  expect(scheduler.jobs).toHaveLength(5)
  expect(scheduler.requests.submit).toBe(3)
})
