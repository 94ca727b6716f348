// Who runs when: what is ready starts, the longest path first, within the threads and memory there are.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { threadsExecutor } from '../../src/run/executors/threads.ts'
import { longestPaths, priorityOf } from '../../src/run/priority.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { fileset, files } from '../../src/task/slot.ts'
import { defineTask, type ComputingTask, type Limits } from '../../src/task/task.ts'
import { Rig } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

/** A moment that something waits for and something else brings about. */
function moment(): { readonly reached: Promise<void>; readonly reach: () => void } {
  let reach = (): void => undefined
  const reached = new Promise<void>((resolve) => (reach = resolve))
  return { reached, reach }
}

/** A task that reads the photographs. */
const first = (name: string, run: () => string | Promise<string>): ComputingTask =>
  defineTask({
    name,
    version: 1,
    summary: 'Begins.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: {},
    output: text,
    run,
  })

/** A task that reads what others made. */
const next = (name: string, ...upstreams: readonly string[]): ComputingTask =>
  defineTask({
    name,
    version: 1,
    summary: 'Goes on.',
    inputs: Object.fromEntries(
      upstreams.map((upstream) => [
        `from_${upstream.toLowerCase()}`,
        fileset(text, { default: upstream }),
      ]),
    ),
    params: {},
    output: text,
    run: () => name,
  })

describe('a diamond', () => {
  test('a diamond of which one side fails has the other one made, whichever ends first', async () => {
    const rig = await Rig.make()
    const failed = moment()
    rig.tasks = [
      ...tasks,
      first('Bad', () => Promise.reject(new Error('no'))),
      first('Late', () => failed.reached.then(() => 'late')),
      next('After', 'Late'),
      next('Bottom', 'Bad', 'After'),
    ]
    const ran = await rig.run('[Bottom]', {
      tell: (event) => void (event.is === 'failed' && failed.reach()),
    })
    expect(ran.ran).toEqual(['Late', 'After'])
    expect(ran.state.scans.get('plant')?.steps.get('Bottom')?.is).toBe('skipped')
    expect(ran.code).toBe(30)
  })
})

describe('a chain', () => {
  test('a chain of 40 steps is made from one end to the other', async () => {
    const rig = await Rig.make()
    const names = Array.from({ length: 40 }, (_, i) => `Link${String(i).padStart(2, '0')}`)
    rig.tasks = [
      ...tasks,
      first(names[0], () => 'begun'),
      ...names.slice(1).map((name, i) => next(name, names[i])),
    ]
    const toml = `[${names.at(-1)}]`
    expect((await rig.run(toml)).ran).toEqual(names)
    expect((await rig.run(toml)).ran).toEqual([])
  })
})

/** Works for a moment, counting who works at the same time; `most` of them did. */
function crowd() {
  const order: string[] = []
  let now = 0
  const seen = { most: 0, order }
  const work = async (name: string): Promise<string> => {
    order.push(name)
    seen.most = Math.max(seen.most, ++now)
    for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
    now--
    return name
  }
  return { seen, work }
}

describe('a fan', () => {
  const names = Array.from({ length: 24 }, (_, i) => `Leaf${i}`)
  const toml = names.map((name) => `[${name}]`).join('\n')

  test.each([1, 3])(
    'a fan of 24 steps keeps %i at work at a time, and makes each once',
    async (jobs) => {
      const rig = await Rig.make()
      const { seen, work } = crowd()
      rig.tasks = [...tasks, ...names.map((name) => first(name, () => work(name)))]
      const ran = await rig.run(toml, { pool: new ResourcePool(jobs) })
      expect(ran.ran.toSorted()).toEqual(names.toSorted())
      expect(seen.order.toSorted()).toEqual(names.toSorted())
      expect(seen.most).toBe(jobs)
    },
  )

  test('a fan of two scans shares the jobs, and makes each step once a scan', async () => {
    const rig = await Rig.make()
    await rig.addScan('second', { a: 'one' })
    const { seen, work } = crowd()
    rig.tasks = [...tasks, ...names.map((name) => first(name, () => work(name)))]
    const ran = await rig.run(toml, { pool: new ResourcePool(2), scans: ['plant', 'second'] })
    expect(ran.code).toBe(0)
    expect(seen.order.toSorted()).toEqual([...names, ...names].toSorted())
    expect(seen.most).toBe(2)
  })
})

describe('those who wait', () => {
  test('come in the order of their priority, equals in the order in which they came', async () => {
    const slots = new ResourcePool(1)
    const order: string[] = []
    const enter = (name: string, priority: number) =>
      slots.use({}, priority, async () => void order.push(name))
    await Promise.all([enter('first', 0), enter('low', 1), enter('high', 2), enter('low too', 1)])
    expect(order).toEqual(['first', 'high', 'low', 'low too'])
  })
})

describe('declared resources', () => {
  const limited = (name: string, limits: Limits, run: () => Promise<string>): ComputingTask => ({
    ...first(name, run),
    limits,
  })

  test("declared resources of a step that needs the whole machine ('all') keep the others waiting", async () => {
    const rig = await Rig.make()
    const { seen, work } = crowd()
    const all = ['One', 'Two', 'Three'].map((name) =>
      limited(name, { cpu: 'all' }, () => work(name)),
    )
    rig.tasks = [...tasks, ...all]
    await rig.run('[One]\n[Two]\n[Three]', { pool: new ResourcePool(4) })
    expect(seen.most).toBe(1)
    expect(seen.order.toSorted()).toEqual(['One', 'Three', 'Two'])
  })

  test('that a step gives back together are filled at once', async () => {
    const slots = new ResourcePool(4)
    const { seen, work } = crowd()
    const whole = slots.use({ cpu: 'all' }, 1, () => work('whole'))
    const names = Array.from({ length: 8 }, (_, i) => `small ${i}`)
    await Promise.all([whole, ...names.map((name) => slots.use({}, 0, () => work(name)))])
    expect(seen.most).toBe(4)
    expect(seen.order).toEqual(['whole', ...names])
  })

  test('declared resources of memory are not given twice; who wants more than there is runs alone', async () => {
    const slots = new ResourcePool(4, 1000)
    const running = new Set<string>()
    const together: string[] = []
    const enter = (name: string, memory: number, until: Promise<void>) =>
      slots.use({ memory }, 0, async () => {
        running.add(name)
        together.push([...running].join('+'))
        await until
        running.delete(name)
      })
    const gates = [moment(), moment(), moment()]
    const all = [
      enter('small', 300, gates[0].reached),
      enter('middle', 600, gates[0].reached),
      enter('other', 600, gates[1].reached),
      enter('huge', 5000, gates[2].reached),
    ]
    for (const { reach } of gates) {
      await new Promise((resolve) => setImmediate(resolve))
      reach()
    }
    await Promise.all(all)
    expect(together).toEqual(['small', 'small+middle', 'other', 'huge'])
  })
})

describe('batches', () => {
  test('batches of a step of which one failed are not begun any more', async () => {
    const rig = await Rig.make(
      Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`f${i}`, 'x'])),
    )
    const made: string[] = []
    const fails = defineTask({
      name: 'Fails',
      version: 1,
      summary: 'Fails at the first file that it is given.',
      inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
      params: {},
      output: texts,
      each: 'upstream_task',
      run: ({ file }) => {
        made.push(file.id)
        throw new Error('no')
      },
    })
    rig.tasks = [...tasks, fails]
    const ran = await rig.run('[Fails]', { pool: new ResourcePool(1) })
    expect(ran.code).toBe(30)
    // Those of one batch may have been begun together.
    expect(made.length).toBeLessThanOrEqual(8)
  })
})

describe('priorities', () => {
  test('put the longest path first, and the scan that was begun first among equals', () => {
    expect(priorityOf(5, 0)).toBeGreaterThan(priorityOf(5, 1))
    expect(priorityOf(5, 999)).toBeGreaterThan(priorityOf(4, 0))
  })

  test('priorities of the very first steps count, too, however long each takes to begin', async () => {
    const rig = await Rig.make()
    rig.tasks = [...tasks, first('Alone', () => 'alone'), first('Lonely', () => 'lonely')]
    const ran = await rig.run('[Alone]\n[Lonely]\n[Upper]\n[Join]\n[Count]', {
      pool: new ResourcePool(1),
    })
    const started = ran.events.flatMap((event) => (event.is === 'started' ? [event.step] : []))
    expect(started[0]).toBe('Upper')
    expect(ran.ran).toHaveLength(5)
  })

  test('priorities are those of the steps that still are to be done', () => {
    const step = (name: string, ...upstreams: string[]) => ({
      name,
      wires: Object.fromEntries(upstreams.map((up) => [up, { is: 'step' as const, step: up }])),
    })
    const steps = [step('A'), step('B', 'A'), step('C', 'B'), step('D')]
    const paths = longestPaths(
      steps,
      new Map([
        ['A', 1],
        ['B', 0],
        ['C', 0],
        ['D', 5],
      ]),
    )
    expect(Object.fromEntries(paths)).toEqual({ A: 1, B: 0, C: 0, D: 5 })
  })
})

describe('threads', () => {
  test('keep the run going while a task computes without a pause', async () => {
    const rig = await Rig.make()
    rig.tasks = tasks
    const executor = threadsExecutor(2)
    let ticks = 0
    const clock = setInterval(() => ticks++, 5)
    const until = join(rig.path, 'upper-is-done')
    const ran = await rig.run(`[Busy]\nseconds = 60\nuntil = "${until}"\n[Count]`, {
      executor,
      pool: new ResourcePool(2),
      tell: (event) => {
        if (event.is === 'finished' && event.step === 'Upper') writeFileSync(until, '')
      },
    })
    clearInterval(clock)
    await executor.close()
    expect(ran.ran.toSorted()).toEqual(['Busy', 'Count', 'Join', 'Upper'])
    // A run that is frozen while the one computes would have none, and do the others after it.
    expect(ticks).toBeGreaterThan(10)
    expect(
      ran.events.findIndex((event) => event.is === 'finished' && event.step === 'Upper'),
    ).toBeLessThan(
      ran.events.findIndex((event) => event.is === 'finished' && event.step === 'Busy'),
    )
  })
})

describe('the wish to end', () => {
  const stopping = (rig: Rig, work: (name: string) => Promise<string>) => {
    rig.tasks = [
      ...tasks,
      first('Running', () => work('Running')),
      first('Waiting', () => work('Waiting')),
      next('After', 'Running'),
    ]
    return '[Running]\n[After]\n[Waiting]'
  }

  test('lets what runs finish, cancels what waits, and the next run goes on', async () => {
    const rig = await Rig.make()
    const cancel = new AbortController()
    const { work } = crowd()
    const toml = stopping(rig, work)
    const ran = await rig.run(toml, {
      pool: new ResourcePool(1),
      cancel: cancel.signal,
      tell: (event) => void (event.is === 'started' && cancel.abort()),
    })
    expect(ran.code).toBe(130)
    const again = await rig.run(toml)
    expect([...ran.ran, ...again.ran].toSorted()).toEqual(['After', 'Running', 'Waiting'])
  })

  test('told twice stops at once what runs', async () => {
    const rig = await Rig.make()
    const stop = new AbortController()
    const toml = stopping(rig, () => new Promise<string>(() => undefined))
    const ran = await rig.run(toml, {
      cancel: stop.signal,
      stop: stop.signal,
      tell: (event) => void (event.is === 'started' && stop.abort()),
    })
    expect(ran.code).toBe(130)
    expect(ran.ran).toEqual([])
    expect(await rig.filesets('Running')).toEqual([])
  })
})
