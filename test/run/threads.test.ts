// Jobs in threads: what they tell comes in order, and whatever ends a thread is the outcome of its job alone.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cachedDataVersionTag } from 'node:v8'
import { MessageChannel } from 'node:worker_threads'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { tuneForLooking } from '../../src/base/v8.ts'
import { performInThread } from '../../src/run/executors/thread.ts'
import { threadsExecutor } from '../../src/run/executors/threads.ts'
import type { Job, JobEvent } from '../../src/run/job.ts'
import { Bench } from '../support/performed.ts'
import { faulty } from '../support/odd-tasks.ts'
import { origin } from '../support/rig.ts'

/** A job that fails as it is told, and a draft for it. */
function faultyJob(mode: string, more: Partial<Job> = {}) {
  const bench = new Bench()
  const job = bench.job(faulty, { job: { params: { mode }, library: origin, ...more } })
  const made = () => readdirSync(join(bench.draft, 'files')).toSorted()
  return { job, made }
}

/** An executor that is closed when its test is over, and what its jobs told. */
function threads(...of: Parameters<typeof threadsExecutor>) {
  const executor = threadsExecutor(...of)
  onTestFinished(() => executor.close())
  const told: JobEvent[] = []
  const execute = (mode: string, more: Partial<Job> = {}, signal = new AbortController().signal) =>
    executor.execute(faultyJob(mode, more).job, signal, (event) => told.push(event))
  return { executor, told, execute }
}

/** Whether a program still does something: of one that was ended, the system may keep the number. */
const isAlive = (pid: number): boolean => {
  const path = `/proc/${pid}/cmdline`
  return existsSync(path) && readFileSync(path, 'utf8') !== ''
}

test('a thread does a job, tells of it in order, and does the next one, whatever became of the first', async () => {
  const { executor, told, execute } = threads(1)
  expect(executor.name).toBe('threads')
  expect(await execute('throw')).toMatchObject({
    is: 'failed',
    failure: { code: 'task/threw', message: 'the plant fell over' },
  })
  const { job, made } = faultyJob('none')
  const { signal } = new AbortController()
  expect((await executor.execute(job, signal, (event) => told.push(event))).is).toBe('done')
  expect(made()).toContain('text.txt')
  const said = { is: 'said', level: 'info', text: 'about to fail' }
  expect(told).toEqual([said, said])
  told.length = 0
  expect(await execute('program')).toMatchObject({ failure: { code: 'task/program-failed' } })
  expect(told.map(({ is }) => is)).toEqual(['said', 'program', 'printed', 'program'])
})

test('a thread that ends with its task fails the job; the next one has another', async () => {
  const { execute } = threads(1)
  expect(await execute('exit')).toMatchObject({
    is: 'failed',
    failure: {
      code: 'task/worker-died',
      message: expect.stringMatching(
        /^Faulty ended its thread \(.+\): a task must return or throw, never exit$/,
      ),
    },
  })
  expect((await execute('none')).is).toBe('done')
})

test('jobs that come while all threads are taken lose nothing when one of these dies', async () => {
  const { execute } = threads(1)
  const outcomes = await Promise.all(['exit', 'none', 'exit', 'none'].map((mode) => execute(mode)))
  expect(outcomes.map(({ is }) => is)).toEqual(['failed', 'done', 'failed', 'done'])
})

test('a thread that uses up its memory fails the job, and says what to do', async () => {
  const { execute } = threads(1, { maxOldGenerationSizeMb: 64 })
  expect(await execute('leak')).toMatchObject({
    is: 'failed',
    failure: {
      code: 'task/out-of-memory',
      message: 'Faulty used up the memory of its thread: give it less data at a time',
    },
  })
})

describe('a job that is stopped', () => {
  test('is cancelled, and its programs end with its thread', async () => {
    const { told, execute } = threads(1)
    const stop = new AbortController()
    const outcome = execute('sleeping', {}, stop.signal)
    while (!told.some(({ is }) => is === 'program')) await wait(5)
    const [pid] = told.flatMap((event) => (event.is === 'program' ? [event.pid] : []))
    expect(isAlive(pid)).toBe(true)
    stop.abort()
    expect(await outcome).toEqual({ is: 'cancelled' })
    for (let i = 0; i < 100 && isAlive(pid); i++) await wait(10)
    expect(isAlive(pid)).toBe(false)
  })

  test('at its time limit fails, though its task never looks up', async () => {
    const { execute } = threads(1)
    expect(await execute('hang', { limits: { timeLimit: 0.05 } })).toMatchObject({
      failure: { code: 'task/time-limit' },
    })
  })
})

test('as many jobs run at a time as there are threads', async () => {
  const { told, execute } = threads(2)
  const stop = new AbortController()
  const all = [1, 2, 3].map(() => execute('hang', {}, stop.signal))
  while (told.length < 2) await wait(5)
  await wait(50)
  expect(told).toHaveLength(2)
  stop.abort()
  expect(await Promise.all(all)).toEqual(Array(3).fill({ is: 'cancelled' }))
})

test('an executor that did nothing has nothing to close', async () => {
  await threadsExecutor(1).close()
})

describe('in its thread a job', () => {
  /** Performs a job as a thread does. @returns its outcome, and all that came through its port */
  async function performed(job: Job) {
    const { port1, port2 } = new MessageChannel()
    const heard: unknown[] = []
    port1.on('message', (word) => heard.push(word))
    const closed = new Promise((resolve) => port1.once('close', resolve))
    const outcome = await performInThread({ job, port: port2 })
    await closed
    return { outcome, heard }
  }
  const said = { is: 'said', level: 'info', text: 'about to fail' }

  test('tells through its port, which is closed after its last word', async () => {
    const { outcome, heard } = await performed(faultyJob('none').job)
    expect([outcome.is, heard]).toEqual(['done', ['begun', said, 'end']])
    // The tasks are there by now.
    expect((await performed(faultyJob('none').job)).heard).toEqual(['begun', said, 'end'])
  })

  test('ends its port though its tasks cannot be loaded', async () => {
    const { job } = faultyJob('none', { library: { ...origin, builtin: 'file:///nowhere.ts' } })
    const { port1, port2 } = new MessageChannel()
    const heard: unknown[] = []
    port1.on('message', (word) => heard.push(word))
    const closed = new Promise((resolve) => port1.once('close', resolve))
    await expect(performInThread({ job, port: port2 })).rejects.toThrow()
    await closed
    expect(heard).toEqual(['end'])
  })
})

describe('where jobs are expected', () => {
  test('the flags of V8 are its own when a thread starts, which then takes the code that Node has compiled', async () => {
    const { executor, execute } = threads(1)
    const ownTag = cachedDataVersionTag()
    tuneForLooking()
    executor.expectJobs?.(origin)
    expect((await execute('none')).is).toBe('done')
    expect(cachedDataVersionTag()).toBe(ownTag)
  })

  test('the thread that was started before does the first one, and whatever ends it ends no other', async () => {
    const { executor, execute } = threads(1)
    executor.expectJobs?.(origin)
    executor.expectJobs?.(origin)
    expect(await execute('exit')).toMatchObject({ failure: { code: 'task/worker-died' } })
    expect((await execute('none')).is).toBe('done')
  })

  test('tasks that cannot be loaded are told by the first job', async () => {
    const { executor, execute } = threads(1)
    const library = { ...origin, builtin: 'data:text/javascript,throw new Error("no tasks today")' }
    executor.expectJobs?.(library)
    const outcome = await execute('none', { library })
    expect(outcome).toMatchObject({
      is: 'failed',
      failure: { message: expect.stringContaining('no tasks today') },
    })
  })

  test('a job that waits for tasks that never load can be stopped', async () => {
    const { executor, execute } = threads(2)
    const hangs = 'data:text/javascript,setInterval(() => 0, 1000); await new Promise(() => 0)'
    const library = { ...origin, builtin: hangs }
    executor.expectJobs?.(library)
    const stop = new AbortController()
    const outcome = execute('none', { library }, stop.signal)
    await wait(100)
    stop.abort()
    expect(await outcome).toEqual({ is: 'cancelled' })
  })

  test('an executor that is closed before its thread is ready is closed', async () => {
    const { executor } = threads(1)
    executor.expectJobs?.(origin)
    await executor.close()
  })
})
