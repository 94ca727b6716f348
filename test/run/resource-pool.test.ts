// Who may work when: threads and memory are given by priority, and nobody waits forever.
import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import type { Limits } from '../../src/task/task.ts'

/** Jobs of a pool, which work until they are told to end. */
function jobsOf(pool: ResourcePool) {
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  const outcomes: Promise<unknown>[] = []
  return {
    begun,
    add(name: string, limits: Limits, priority = 0): void {
      const work = () => {
        begun.push(name)
        return new Promise<string>((resolve) => ends.set(name, () => resolve(name)))
      }
      outcomes.push(pool.use(limits, priority, work))
    },
    /** Ends a job, and lets others begin. */
    async end(name: string): Promise<void> {
      ends.get(name)?.()
      await settled()
    },
    outcomes,
  }
}
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the threads of a job', () => {
  test('are one unless it asks for more, and never more than there are', () => {
    const pool = new ResourcePool(4)
    expect(
      [{}, { cpu: 3 }, { cpu: 9 }, { cpu: 'all' }].map((of) => pool.threadsOf(of as Limits)),
    ).toEqual([1, 3, 4, 4])
    expect(new ResourcePool().threads).toBe(availableParallelism())
  })

  test('are those of a node where jobs run on other machines, of which each takes one place', async () => {
    const pool = ResourcePool.ofJobs(2, 8)
    expect([{}, { cpu: 3 }, { cpu: 'all' }].map((of) => pool.threadsOf(of as Limits))).toEqual([
      1, 3, 8,
    ])
    const jobs = jobsOf(pool)
    for (const name of ['a', 'b', 'c']) jobs.add(name, { cpu: 'all', memory: 1e9 })
    await settled()
    expect(jobs.begun).toEqual(['a', 'b'])
    await jobs.end('a')
    expect(jobs.begun).toEqual(['a', 'b', 'c'])
  })
})

describe('threads to spare', () => {
  const spare: Limits = { cpu: 'spare' }
  const told = (pool: ResourcePool, limits: Limits) =>
    pool.use(limits, 0, (spareThreads) => Promise.resolve(spareThreads))

  test('are those that no other job has, and are asked for', async () => {
    const pool = new ResourcePool(4)
    expect([pool.threadsOf(spare), await told(pool, spare)]).toEqual([1, 3])
    expect([await told(pool, {}), await told(pool, { cpu: 'all' })]).toEqual([0, 0])
    const jobs = jobsOf(pool)
    jobs.add('two', { cpu: 2 })
    expect(await told(pool, spare)).toBe(1)
    jobs.add('one', {})
    expect(await told(pool, spare)).toBe(0)
  })

  test('are not kept from a job that comes later', async () => {
    const jobs = jobsOf(new ResourcePool(2))
    jobs.add('first', spare)
    await settled()
    jobs.add('second', {})
    await settled()
    expect(jobs.begun).toEqual(['first', 'second'])
  })

  test('are none where a job waits for them, or others give them', async () => {
    const pool = new ResourcePool(2)
    const jobs = jobsOf(pool)
    jobs.add('whole', { cpu: 'all' })
    const mine = told(pool, spare)
    jobs.add('other', {})
    await jobs.end('whole')
    expect(await mine).toBe(0)
    const onNodes = ResourcePool.ofJobs(2, 8)
    expect([onNodes.threadsOf(spare), await told(onNodes, spare)]).toEqual([8, 0])
  })
})

describe('large jobs', () => {
  const large: Limits = { memory: 'large' }

  test('work one at a time, and others beside them', async () => {
    const jobs = jobsOf(new ResourcePool(3, 1000))
    jobs.add('first', large, 2)
    jobs.add('second', large, 2)
    jobs.add('other', { memory: 1000 }, 1)
    await settled()
    expect(jobs.begun).toEqual(['first', 'other'])
    await jobs.end('other')
    expect(jobs.begun).toEqual(['first', 'other'])
    await jobs.end('first')
    expect(jobs.begun).toEqual(['first', 'other', 'second'])
  })

  test('of those that wait the one nearest to its end goes next, and of equals the oldest', async () => {
    const jobs = jobsOf(new ResourcePool(2))
    jobs.add('voxels of 1', large, 4)
    jobs.add('voxels of 2', large, 4)
    jobs.add('voxels of 3', large, 4)
    jobs.add('whole', { cpu: 'all' }, 3)
    jobs.add('points of 1', large, 2)
    jobs.add('points of 0', large, 2)
    for (const name of [
      'voxels of 1',
      'points of 1',
      'points of 0',
      'voxels of 2',
      'voxels of 3',
    ]) {
      await settled()
      expect(jobs.begun.at(-1)).toBe(name)
      await jobs.end(name)
    }
    expect(jobs.begun.at(-1)).toBe('whole')
  })

  test('wait for one that needs all threads, and that one for those at work', async () => {
    const jobs = jobsOf(new ResourcePool(2))
    jobs.add('large', large)
    jobs.add('whole', { cpu: 'all' }, 1)
    jobs.add('next', large)
    await settled()
    expect(jobs.begun).toEqual(['large'])
    await jobs.end('large')
    expect(jobs.begun).toEqual(['large', 'whole'])
    await jobs.end('whole')
    expect(jobs.begun).toEqual(['large', 'whole', 'next'])
  })

  test('work together on nodes, each of which has memory of its own', async () => {
    const jobs = jobsOf(ResourcePool.ofJobs(2, 8))
    jobs.add('first', large)
    jobs.add('second', large)
    await settled()
    expect(jobs.begun).toEqual(['first', 'second'])
  })
})

describe('jobs', () => {
  test('work together as far as threads and memory go', async () => {
    const jobs = jobsOf(new ResourcePool(4, 1000))
    jobs.add('two', { cpu: 2, memory: 600 })
    jobs.add('one', { memory: 400 })
    jobs.add('more memory', { memory: 1 })
    await settled()
    expect(jobs.begun).toEqual(['two', 'one'])
    await jobs.end('one')
    expect(jobs.begun).toEqual(['two', 'one', 'more memory'])
  })

  test('begin several at once where one that ends leaves room for them', async () => {
    const jobs = jobsOf(new ResourcePool(3))
    jobs.add('all', { cpu: 'all' })
    for (const name of ['a', 'b', 'c', 'd']) jobs.add(name, {})
    await settled()
    expect(jobs.begun).toEqual(['all'])
    await jobs.end('all')
    expect(jobs.begun).toEqual(['all', 'a', 'b', 'c'])
  })

  test('go by priority, and by age among equals', async () => {
    const jobs = jobsOf(new ResourcePool(1))
    jobs.add('first', {}, 1)
    for (const [name, priority] of [
      ['low', 1],
      ['high', 3],
      ['low, later', 1],
      ['high, later', 3],
    ] as const)
      jobs.add(name, {}, priority)
    await settled()
    for (const name of ['first', 'high', 'high, later', 'low']) await jobs.end(name)
    expect(jobs.begun).toEqual(['first', 'high', 'high, later', 'low', 'low, later'])
  })

  test('that need the whole machine are not passed by smaller ones that come later', async () => {
    const jobs = jobsOf(new ResourcePool(2))
    jobs.add('small', {}, 2)
    jobs.add('large', { cpu: 'all' }, 1)
    jobs.add('small, later', {}, 1)
    await settled()
    expect(jobs.begun).toEqual(['small'])
    await jobs.end('small')
    expect(jobs.begun).toEqual(['small', 'large'])
    await jobs.end('large')
    expect(jobs.begun).toEqual(['small', 'large', 'small, later'])
  })

  test('that want more memory than there is work alone', async () => {
    const jobs = jobsOf(new ResourcePool(2, 1000))
    jobs.add('huge', { memory: 5000 })
    jobs.add('small', {})
    await settled()
    expect(jobs.begun).toEqual(['huge'])
    await jobs.end('huge')
    expect(jobs.begun).toEqual(['huge', 'small'])
  })

  test('that fail give back what they had, and say why', async () => {
    const pool = new ResourcePool(1, 1000)
    const failing = pool.use({ memory: 1000 }, 0, () => Promise.reject(new Error('fell over')))
    await expect(failing).rejects.toThrow('fell over')
    await expect(pool.use({ memory: 1000 }, 0, () => Promise.resolve('well'))).resolves.toBe('well')
  })
})
