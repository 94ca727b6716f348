// Wishes to end, and the end: what is cancelled, what is waited for, and what is told to be left.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import type { JobState } from '../../../src/run/executors/slurm/scheduler.ts'
import { listed, over, polled, running, unreached, waiting } from './polled.ts'

describe('the first wish to end', () => {
  test('cancels what waits, here and at the scheduler, and what runs may finish', async () => {
    const of = polled()
    of.lists = [
      [
        listed(running, { index: 0 }),
        listed(waiting('Priority'), { id: 'run_1', index: 1 }),
        listed(waiting('Priority'), { id: 'earlier_0', name: 'earlier', index: 0 }),
        listed(running, { id: 'earlier_1', name: 'earlier', index: 1 }),
      ],
      [
        listed(running, { index: 0 }),
        listed(over('cancelled'), { index: 1 }),
        listed(running, { name: 'earlier', index: 0 }),
        listed(running, { name: 'earlier', index: 1 }),
      ],
    ]
    of.cancelFails = [unreached()]
    const [atWork, inLine] = [of.follow('j-0', 0), of.follow('j-1', 1)]
    const foreign = [0, 1].map((index) => of.follow(`k-${index}`, index, {}, 'earlier'))
    const unplaced = of.follow('j-2')
    await of.untilListed(1)
    while (foreign[1].state === undefined) await wait(1)
    of.cancel.abort()
    expect([await unplaced.ended, await inLine.ended]).toEqual(Array(2).fill({ is: 'cancelled' }))
    expect(of.cancelled).toEqual(['run waiting', 'earlier_0'])
    expect(of.asked).toEqual([])
    await of.untilListed(6)
    expect([atWork, ...foreign].map(({ isOver }) => isOver)).toEqual([false, false, false])
  })

  test('has no foreign job cancelled where none waits', async () => {
    const of = polled()
    of.lists = [[listed(running)]]
    of.follow('j-0', 0)
    await of.untilListed(2)
    of.cancel.abort()
    await of.untilListed(2)
    expect(of.cancelled).toEqual(['run waiting'])
  })

  test('is not what had a job cancelled that somebody else cancelled before', async () => {
    const of = polled()
    of.lists = [[listed(over('cancelled'))]]
    of.answers = [{ is: 'known', state: over('cancelled') }]
    expect(await of.follow('j-1', 0).ended).toEqual({ is: 'fate', fate: { is: 'cancelled' } })
  })

  test('does nothing more where the second came before it', async () => {
    const of = polled()
    of.stop.abort()
    of.cancel.abort()
    await wait(5)
    expect(of.cancelled).toEqual(['run'])
  })
})

describe('the second wish to end', () => {
  test('cancels all jobs, and waits until none of the run is left', async () => {
    const of = polled()
    const stray = listed(running, { id: '9_9', name: 'earlier', index: 7 })
    const all = (state: JobState) => [
      listed(state),
      listed(state, { id: 'earlier_0', name: 'earlier' }),
      stray,
    ]
    of.lists = [all(running)]
    const own = of.follow('j-0', 0)
    const foreign = of.follow('k-0', 0, {}, 'earlier')
    const unplaced = of.follow('j-1')
    await of.untilListed(2)
    of.lists = [
      ...Array.from({ length: of.listed.length + 3 }, () => all(running)),
      all(over('cancelled')),
    ]
    of.stop.abort()
    for (const job of [own, foreign, unplaced]) expect(await job.ended).toEqual({ is: 'cancelled' })
    expect(of.cancelled).toEqual(['run', 'earlier_0'])
    expect(await of.poller.end([])).toBe(true)
    expect(of.listed.at(-1)).toBe('run earlier')
  })

  test('waits for a moment and no longer: what is left is told', async () => {
    const of = polled()
    of.tick = 20
    of.lists = [[listed(running)]]
    const job = of.follow('j-0', 0)
    await of.untilListed(1)
    of.stop.abort()
    expect(await job.ended).toEqual({ is: 'cancelled' })
    expect(await of.poller.end([])).toBe(false)
  })

  test('waits for jobs of an earlier run that were followed, too', async () => {
    const of = polled()
    of.tick = 20
    of.lists = [[listed(running, { id: 'earlier_0', name: 'earlier' })]]
    of.follow('k-0', 0, {}, 'earlier')
    await of.untilListed(1)
    of.stop.abort()
    expect(await of.poller.end([])).toBe(false)
  })

  test('goes on to wait where the scheduler is not reached for a while', async () => {
    const of = polled()
    of.lists = [[listed(running)]]
    of.cancelFails = [unreached(), unreached()]
    of.follow('j-0', 0)
    await of.untilListed(1)
    of.lists = [...Array<Error>(of.listed.length + 2).fill(unreached()), []]
    of.stop.abort()
    expect(await of.poller.end([])).toBe(true)
  })

  test('waits for nothing where nothing was submitted', async () => {
    const of = polled()
    const job = of.follow('j-0')
    of.stop.abort()
    expect(await job.ended).toEqual({ is: 'cancelled' })
    expect([await of.poller.end([]), of.listed]).toEqual([true, []])
  })
})

describe('the end', () => {
  test('finds nothing left where nothing was followed', async () => {
    const of = polled()
    expect([await of.poller.end([]), of.cancelled, of.listed]).toEqual([true, [], []])
  })

  test('stops what is still followed', async () => {
    const of = polled()
    const job = of.follow('j-0', 0)
    expect(await of.poller.end([])).toBe(true)
    expect([await job.ended, of.cancelled]).toEqual([{ is: 'cancelled' }, ['run']])
  })

  test('cancels jobs that nobody follows, and waits until they are gone', async () => {
    const of = polled()
    of.lists = [[listed(running, { id: '9_0' })], [listed(over(), { id: '9_0' })]]
    expect(await of.poller.end(['9_0', '9_1'])).toBe(true)
    expect([of.cancelled, of.listed]).toEqual([['9_0 9_1'], ['run', 'run']])
  })

  test('tells where jobs that nobody follows are not gone', async () => {
    const of = polled({ stopPatience: 30 })
    of.tick = 20
    of.lists = [[listed(running)]]
    of.cancelFails = [unreached()]
    expect(await of.poller.end(['9_0'])).toBe(false)
    expect(of.listed).toHaveLength(2)
  })
})
