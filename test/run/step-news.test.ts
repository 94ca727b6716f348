// What is told of a step at work, and what its log holds.
import { beforeEach, describe, expect, test } from 'vitest'
import type { RunEvent } from '../../src/run/event.ts'
import type { Job } from '../../src/run/job.ts'
import { StepNews } from '../../src/run/step-news.ts'

const at = { scan: 'plant', step: 'Masks' }
// Safe: jobs are only told apart.
const [one, two, three] = ['one', 'two', 'three'].map((key) => ({ key }) as unknown as Job)

let events: RunEvent[]
let lines: string[]
let news: StepNews
beforeEach(() => {
  events = []
  lines = []
  const log = {
    line: (scan: string, step: string, text: string) => lines.push(`${scan} ${step}: ${text}`),
    tail: (scan: string, step: string) => [`the last of ${scan} ${step}`],
  }
  // Safe: of the log only this is used.
  news = new StepNews({ tell: (event) => events.push(event), log: log as never }, at)
})
const clear = (): void => void events.splice(0)

test('a step starts with the fileset that it makes, and with how many files it makes and reuses', () => {
  news.started('Masks_1')
  news.started('Masks_1', { make: 2, reuse: 3 })
  expect(events).toEqual([
    { is: 'started', ...at, fileset: 'Masks_1' },
    { is: 'started', ...at, fileset: 'Masks_1', files: { make: 2, reuse: 3 } },
  ])
})

describe('progress', () => {
  test('is that of the task where it makes one value', () => {
    news.hear(one, { is: 'progress', done: 3, total: 9, what: 'c' }, 0)
    expect(events).toEqual([{ is: 'progress', ...at, done: 3, total: 9, what: 'c' }])
  })

  test('counts the files of all batches together, and anew in each attempt', () => {
    const hear = (job: Job) => news.hear(job, { is: 'progress', done: 1, total: 2, what: 'f' }, 4)
    news.started('Masks_1', { make: 4, reuse: 0 })
    for (const job of [one, two, one]) hear(job)
    news.started('Masks_1', { make: 4, reuse: 0 })
    hear(one)
    const told = events.flatMap((event) =>
      event.is === 'progress' ? [`${event.done} of ${event.total}`] : [],
    )
    expect(told).toEqual(['1 of 4', '2 of 4', '3 of 4', '1 of 4'])
  })
})

describe('what a task says', () => {
  test('is told and logged, with its level', () => {
    news.hear(one, { is: 'said', level: 'warn', text: 'odd' }, 0)
    news.hear(one, { is: 'said', level: 'debug', text: 'deep' }, 0)
    expect(events).toEqual([
      { is: 'said', ...at, level: 'warn', text: 'odd' },
      { is: 'said', ...at, level: 'debug', text: 'deep' },
    ])
    expect(lines).toEqual(['plant Masks: warn odd', 'plant Masks: debug deep'])
  })

  test('is kept if it is its last message, until another attempt begins', () => {
    expect(news.said).toBeUndefined()
    for (const [level, text] of [
      ['info', 'first'],
      ['info', 'last'],
      ['warn', 'odd'],
    ] as const)
      news.hear(one, { is: 'said', level, text }, 0)
    expect(news.said).toBe('last')
    news.begin()
    expect(news.said).toBeUndefined()
  })

  test('through a program is logged and not told; that the program begins or ends is neither', () => {
    news.hear(one, { is: 'printed', text: 'a line' }, 0)
    news.hear(one, { is: 'program', pid: 7, alive: true }, 0)
    expect(events).toEqual([])
    expect(lines).toEqual(['plant Masks: a line'])
    expect(news.tail()).toEqual(['the last of plant Masks'])
  })
})

describe('jobs on other machines', () => {
  test('are counted: how many wait and run, where, and why they wait', () => {
    news.hear(one, { is: 'waits' }, 0)
    news.hear(two, { is: 'waits', why: 'Resources', isUsual: true }, 0)
    news.hear(three, { is: 'runs', node: 'n2' }, 0)
    expect(events.at(-1)).toEqual({
      is: 'placed',
      ...at,
      waiting: 2,
      running: 1,
      nodes: ['n2'],
      why: 'Resources',
    })
    news.hear(two, { is: 'runs', node: 'n1' }, 0)
    news.hear(one, { is: 'runs', node: 'n2' }, 0)
    expect(events.at(-1)).toEqual({
      is: 'placed',
      ...at,
      waiting: 0,
      running: 3,
      nodes: ['n1', 'n2'],
    })
    expect(lines).toEqual([])
  })

  test('are counted no more once they are over, and one that was never placed changes nothing', () => {
    news.hear(one, { is: 'runs', node: 'n1' }, 0)
    clear()
    news.over(two, { is: 'cancelled' })
    expect(events).toEqual([])
    news.over(one, { is: 'cancelled' })
    expect(events).toEqual([{ is: 'placed', ...at, waiting: 0, running: 0, nodes: [] }])
  })

  test('have run once one of them did', () => {
    news.hear(one, { is: 'waits' }, 0)
    expect(news.hasRun).toBe(false)
    news.hear(one, { is: 'runs', node: 'n1' }, 0)
    expect(news.hasRun).toBe(true)
  })

  test('that wait for what is not usual are warned of, once for each reason', () => {
    for (const why of ['PartitionDown', 'PartitionDown', 'BadConstraints', undefined])
      news.hear(one, { is: 'waits', ...(why !== undefined && { why }) }, 0)
    expect(lines).toEqual([
      'plant Masks: warn waits for the cluster: PartitionDown',
      'plant Masks: warn waits for the cluster: BadConstraints',
    ])
  })

  test('that were cancelled by others say so', () => {
    news.over(one, { is: 'cancelled', why: 'somebody cancelled it' })
    news.over(two, { is: 'overtaken', by: [], isTouched: false })
    expect(events).toEqual([{ is: 'said', ...at, level: 'warn', text: 'somebody cancelled it' }])
  })
})
