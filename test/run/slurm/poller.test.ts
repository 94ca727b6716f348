// Looking at jobs: what is asked of files and scheduler, and what is told of those that wait and run.
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { ended, listed, polled, refused, running, unreached, waiting } from './polled.ts'

describe('a look', () => {
  test('asks for no job that is not submitted yet, nor for anything when all are over', async () => {
    const of = polled()
    of.names.add('j-1.outcome.json')
    of.outcomes.set('j-1', ended())
    const job = of.follow('j-1')
    await wait(10)
    expect([of.listed, job.isOver]).toEqual([[], false])
    job.place = { array: 'a1', index: 0, id: 'run_0' }
    expect(await job.ended).toEqual({ is: 'outcome', ended: ended() })
    const { length } = of.listed
    await wait(10)
    expect(of.listed.length).toBeLessThanOrEqual(length + 1)
  })

  test('is one for all jobs: one list of files for each run, and one of the scheduler', async () => {
    const of = polled()
    of.lists = [[0, 1].map((index) => listed(running, { index }))]
    for (const index of [0, 1]) of.follow(`j-${index}`, index)
    of.follow('k-1', 0, {}, 'earlier')
    await of.untilListed(4)
    expect(new Set(of.listed)).toEqual(new Set(['run earlier']))
    // Of two runs there are two lists of files.
    expect(of.looksAtList.slice(0, 3)).toEqual([2, 4, 6])
  })

  test('passes on what a job told, where it told something', async () => {
    const of = polled()
    of.lists = [[listed(running)]]
    of.names.add('j-1.ndjson')
    const [job, other] = [of.follow('j-1', 0), of.follow('k-1', 1)]
    await of.untilListed(2)
    expect(job.told).toEqual([{ is: 'printed', text: 'j-1 speaks' }])
    expect(other.told).toEqual([])
  })

  test('of a job that was submitted later goes on, though all were over before', async () => {
    const of = polled()
    of.names.add('j-1.outcome.json').add('k-1.outcome.json')
    of.outcomes.set('j-1', ended()).set('k-1', ended({ node: 'n2' }))
    expect((await of.follow('j-1', 0).ended).is).toBe('outcome')
    await wait(5)
    expect(await of.follow('k-1', 1).ended).toEqual({ is: 'outcome', ended: ended({ node: 'n2' }) })
  })

  test('that meets with trouble of the store is followed by another one', async () => {
    const of = polled()
    of.lists = [refused(), [listed(running, { node: 'n1' })]]
    const job = of.follow('j-1', 0)
    await of.untilListed(3)
    expect(job.told).toEqual([{ is: 'runs', node: 'n1' }])
  })
})

describe('a job that runs', () => {
  test('is told with its node, once that is known', async () => {
    const of = polled()
    of.lists = [[listed(running)], [listed(running, { node: 'n3' })]]
    const job = of.follow('j-1', 0)
    await of.untilListed(4)
    expect(job.told).toEqual([{ is: 'runs', node: 'n3' }])
    expect([job.state, job.node]).toEqual([running, 'n3'])
  })

  test('is the one of its run, its array and its index alone', async () => {
    const of = polled()
    const others = [{ name: 'other' }, { mark: 'a2' }, { index: 1 }]
    of.lists = [others.map((more) => listed(running, { node: 'n1', ...more }))]
    const job = of.follow('j-1', 0)
    await of.untilListed(3)
    expect(job.told).toEqual([])
  })

  test('is told to run where its outcome comes before any list named it', async () => {
    const of = polled()
    of.names.add('j-1.outcome.json')
    of.outcomes.set('j-1', ended({ node: 'n5' }))
    const job = of.follow('j-1', 0)
    await job.ended
    expect(job.told).toEqual([{ is: 'runs', node: 'n5' }])
  })
})

describe('a job that waits', () => {
  const toldOf = async (...whys: readonly string[]) => {
    const of = polled()
    of.lists = [...whys, 'running'].map((why) => [
      listed(why === 'running' ? running : waiting(why)),
    ])
    of.tick = 50
    const job = of.follow('j-1', 0)
    await of.untilListed(whys.length + 1)
    return job.told
  }

  test('says why after a while, once', async () => {
    expect(await toldOf('Other', 'Other')).toEqual([])
    expect(await toldOf('Other', 'Other', 'Other', 'Other', 'Other')).toEqual([
      { is: 'waits', why: 'Other' },
    ])
  })

  test('says so anew, and after a while, where it waits for something else', async () => {
    const a = ['A', 'A', 'A']
    expect(await toldOf(...a, 'B', 'B')).toEqual([{ is: 'waits', why: 'A' }])
    expect(await toldOf(...a, 'B', 'B', 'B')).toEqual([
      { is: 'waits', why: 'A' },
      { is: 'waits', why: 'B' },
    ])
    expect(await toldOf('A', 'A', 'running', 'A', 'A')).toEqual([])
  })

  test.each(['None', '(null)', ''])('for "%s" has no reason yet', async (why) => {
    expect(await toldOf(why, why, why, why)).toEqual([])
  })

  test.each([
    ['Priority', true],
    ['Resources', true],
    ['ResourcesOfAccount', undefined],
    ['NoPriority', undefined],
    ['NoneOfThese', undefined],
    ['SomeNone', undefined],
  ])('for %s waits for its turn: %s', async (why, isUsual) => {
    expect(await toldOf(why, why, why)).toStrictEqual([
      { is: 'waits', why, ...(isUsual && { isUsual }) },
    ])
  })

  test('for what no node has can never run: it is cancelled, whether that succeeds or not', async () => {
    const of = polled()
    of.lists = [[listed(waiting('BadConstraints'))]]
    of.tick = 50
    of.cancelFails = [unreached()]
    const job = of.follow('j-1', 0)
    const why = 'BadConstraints'
    expect(await job.ended).toMatchObject({
      is: 'fate',
      fate: {
        is: 'failed',
        failure: {
          code: 'cluster/cannot-run',
          message: `the job of Step can never run: the scheduler says ${why}; no node has what [romi.slurm] and [Step.romi] ask for`,
          facts: { why },
        },
      },
    })
    expect(of.cancelled).toEqual(['run_0'])
    expect(
      await toldOf('NotBadConstraints', 'NotBadConstraints', 'NotBadConstraints'),
    ).toHaveLength(1)
  })
})
