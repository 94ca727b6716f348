// Looks that meet with trouble, and what a job keeps from look to look.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { Answer } from '../../../src/run/executors/slurm/scheduler.ts'
import { listed, over, polled, refused, running, unreached, waiting } from './polled.ts'

const dead: Answer = { is: 'known', state: over(), exitCode: '9' }

test('a scheduler that does not answer for one job is asked for the others all the same', async () => {
  const of = polled()
  of.answers = [unreached(), dead, dead]
  const jobs = [of.follow('j-0', 0), of.follow('j-1', 1)]
  for (const job of jobs) await job.ended
  expect(of.asked).toEqual(['run_0 after 4', 'run_1 after 4', 'run_0 after 5'])
})

test('a list that is refused is asked for at the next look, as what is not reached is not', async () => {
  const of = polled()
  of.lists = [refused(), [listed(running)]]
  of.follow('j-0', 0)
  await of.untilListed(3)
  expect(of.looksAtList).toEqual([1, 2, 3])
})

describe('a job', () => {
  test('that waits does not run, though a node was found for it already', async () => {
    const of = polled()
    of.lists = [[listed(waiting('None'), { node: 'n1' })]]
    const job = of.follow('j-0', 0)
    await of.untilListed(3)
    expect([job.told, job.node]).toEqual([[], 'n1'])
  })

  test('keeps its node where a list does not name it', async () => {
    const of = polled()
    of.lists = [[listed(running, { node: 'n1' })], [listed(running)]]
    const job = of.follow('j-0', 0)
    await of.untilListed(4)
    expect(job.node).toBe('n1')
  })

  test('says only once why it waits, however long that is', async () => {
    const of = polled()
    of.tick = 50
    of.lists = [[listed(waiting('Other'))]]
    const job = of.follow('j-0', 0)
    await of.untilListed(12)
    expect(job.told).toEqual([{ is: 'waits', why: 'Other' }])
  })

  test('whose outcome cannot be read is given a patience that begins when it is first seen', async () => {
    const of = polled()
    of.clock.now = 1_000
    of.tick = 40
    of.lists = [[listed(over('completed'))]]
    of.names.add('j-0.outcome.json')
    await of.follow('j-0', 0).ended
    expect(of.listed).toHaveLength(3)
  })
})

describe('after the first wish to end', () => {
  test('a job that no list names any more is asked for, as ever', async () => {
    const of = polled()
    of.cancel.abort()
    const job = of.follow('j-0', 0)
    expect(await job.ended).toMatchObject({ fate: { is: 'lost' } })
    expect(of.asked).toHaveLength(1)
  })

  test('a job that ended by itself was not cancelled', async () => {
    const of = polled()
    of.cancel.abort()
    of.lists = [[listed(over('failed'))]]
    of.answers = [dead]
    expect(await of.follow('j-0', 0).ended).toMatchObject({ fate: { is: 'failed' } })
  })

  test('a foreign job that was not listed yet is left alone', async () => {
    const of = polled({ pollMs: 20 })
    of.follow('k-0', 0, {}, 'earlier')
    of.cancel.abort()
    await wait(5)
    expect(of.cancelled).toEqual(['run waiting'])
  })
})

describe('the end', () => {
  test('does not wait for the next look', async () => {
    const of = polled({ pollMs: 60_000 })
    of.follow('j-0')
    expect(await of.poller.end([])).toBe(true)
  })

  test('tells of jobs that go on, though others were not even submitted', async () => {
    const of = polled()
    of.tick = 20
    of.lists = [[listed(running)]]
    of.follow('j-0', 0)
    of.follow('j-1')
    expect(await of.poller.end([])).toBe(false)
  })
})
