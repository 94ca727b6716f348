// Time limits: work that takes too long, or whose run is stopped, is not waited for.
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Job, JobEvent, JobOutcome } from '../../src/run/job.ts'
import { withTimeLimit } from '../../src/run/time-limit.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

test.each([2_147_483, 2_147_484, 1e12])('a time limit of %i s stops nothing at once', async (s) => {
  const rig = await Rig.make()
  const steady = defineTask({
    name: 'Steady',
    version: 1,
    summary: 'Takes longer than a timer of one millisecond.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: {},
    output: text,
    run: () => new Promise<string>((resolve) => setTimeout(() => resolve('made'), 20)),
  })
  rig.tasks = [...tasks, steady]
  expect((await rig.run(`[Steady.romi]\ntime_limit = ${s}\n[Steady]\n`)).ran).toEqual(['Steady'])
})

/** Work that a test ends, by a clock that goes on when it says so. */
function limited(timeLimit?: number, stop = new AbortController()) {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const told: JobEvent[] = []
  let end: (outcome: JobOutcome) => void = () => undefined
  let until = new AbortController().signal
  let tell: (event: JobEvent) => void = () => undefined
  // Safe: nothing else of a job is looked at.
  const job = { step: 'Slow', limits: timeLimit === undefined ? {} : { timeLimit } } as Job
  const hear = (event: JobEvent) => void told.push(event)
  const outcome = withTimeLimit(job, stop.signal, hear, (signal, inTime) => {
    until = signal
    tell = inTime
    return new Promise((resolve) => (end = resolve))
  })
  return { outcome, told, stop, end, tell, until }
}

const done: JobOutcome = { is: 'done', result: { metadata: {}, checks: {}, versions: {} } }
const cancelled: JobOutcome = { is: 'cancelled' }
const tooLate = {
  is: 'failed',
  failure: {
    code: 'task/time-limit',
    message:
      'Slow did not end within 0.3 s: raise time_limit in [Slow.romi], or give it less to do',
  },
}
const spoken: JobEvent = { is: 'said', level: 'info', text: 'spoken' }

describe('a job', () => {
  test('that ends in time has its own outcome, and leaves no timer', async () => {
    const { outcome, end, tell, told, until } = limited(0.3)
    await vi.advanceTimersByTimeAsync(299)
    tell(spoken)
    expect([until.aborted, vi.getTimerCount()]).toEqual([false, 1])
    end(done)
    expect(await outcome).toBe(done)
    expect([told, vi.getTimerCount()]).toEqual([[spoken], 0])
  })

  test('that takes longer is told to end, fails, and is not heard any more', async () => {
    const { outcome, tell, told, until } = limited(0.3)
    await vi.advanceTimersByTimeAsync(300)
    expect(until.aborted).toBe(true)
    expect(await outcome).toMatchObject(tooLate)
    tell(spoken)
    expect(told).toEqual([])
  })

  test('that is done at the very moment is done, and one that failed then had no time', async () => {
    const one = limited(0.3)
    one.end(done)
    vi.advanceTimersByTime(300)
    expect(await one.outcome).toBe(done)
    const other = limited(0.3)
    other.end({ ...tooLate, failure: { ...tooLate.failure, code: 'task/threw' } } as JobOutcome)
    vi.advanceTimersByTime(300)
    expect(await other.outcome).toMatchObject(tooLate)
  })

  test('that failed in time has its own failure', async () => {
    const { outcome, end } = limited(0.3)
    end(cancelled)
    expect(await outcome).toBe(cancelled)
  })

  test('whose run is stopped is cancelled, though it never looks at its signal', async () => {
    const { outcome, stop, until } = limited(0.3)
    stop.abort()
    expect(until.aborted).toBe(true)
    expect(await outcome).toEqual(cancelled)
  })

  test('whose run was stopped before it began is cancelled', async () => {
    const stop = new AbortController()
    stop.abort()
    expect(await limited(undefined, stop).outcome).toEqual(cancelled)
  })

  test('that may take as long as it likes has no timer', () => {
    limited()
    expect(vi.getTimerCount()).toBe(0)
    limited(2_147_483.648)
    expect(vi.getTimerCount()).toBe(0)
    limited(2_147_483.647)
    expect(vi.getTimerCount()).toBe(1)
  })
})
