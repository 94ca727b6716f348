// Work spread over threads: each part done once, results in order, ended when asked.
import { beforeAll, describe, expect, test } from 'vitest'
import { spreadJobs } from '../../src/geometry/parallel.ts'
import { here, idOfThread, touch } from '../support/parallel-work.ts'

const counters = (length: number) => new Int32Array(new SharedArrayBuffer(4 * length))

describe.each([1, 2, 3])('work spread over %i threads', (threads) => {
  beforeAll(async () => {
    // so that they are at hand: for parts that take no time none is started
    const job = { seen: counters(1000), awaited: threads }
    const ids = await spreadJobs(here, idOfThread, job, 20_000, { threads })
    expect(new Set(ids).size).toBe(threads)
  }, 100_000)

  test('is done once a part, and its results come in order', async () => {
    const touched = counters(40)
    const squares = await spreadJobs(here, touch, { touched }, 40, { threads })
    expect(squares).toEqual(Array.from({ length: 40 }, (_, part) => part * part))
    expect([...touched]).toEqual(Array.from({ length: 40 }, () => 1))
  })

  test('fails as its part fails', async () => {
    await expect(
      spreadJobs(here, touch, { touched: counters(9), bad: 4 }, 9, { threads }),
    ).rejects.toThrow(RangeError)
  })

  test('ends when the signal says so', async () => {
    const stop = new AbortController()
    const touched = counters(1e5)
    const ended = spreadJobs(here, touch, { touched }, 1e5, { threads, signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(ended).rejects.toThrow('enough')
    expect(touched.indexOf(0)).toBeGreaterThan(0)
  })

  test('does not begin under a signal that has been given', async () => {
    const touched = counters(4)
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(spreadJobs(here, touch, { touched }, 4, { threads, signal })).rejects.toThrow(
      'enough',
    )
    expect([...touched]).toEqual([0, 0, 0, 0])
  })
})

test('of no parts is nothing', async () => {
  expect(await spreadJobs(here, touch, { touched: counters(1) }, 0, { threads: 2 })).toEqual([])
})
