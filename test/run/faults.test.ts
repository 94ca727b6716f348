// Faults of tasks: each is a failure with its code, nothing of it is published, the rest goes on.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/base/codes.ts'
import { RomiError } from '../../src/base/errors.ts'
import { libraryOf } from '../../src/task/library.ts'
import { fileset } from '../../src/task/slot.ts'
import { defineTask, type ComputingTask, type Task } from '../../src/task/task.ts'
import { inlineExecutor } from '../../src/run/executors/inline.ts'
import { threadsExecutor } from '../../src/run/executors/threads.ts'
import { ResourcePool } from '../../src/run/resource-pool.ts'
import { describeExecutor, failureIn } from '../support/executor-contract.ts'
import { Rig } from '../support/rig.ts'
import { tasks, text } from '../support/tasks.ts'

describeExecutor('inline', () => inlineExecutor(libraryOf(tasks)))
describeExecutor('threads', () => threadsExecutor(2))

describe('threads', () => {
  test('a task that ends its thread fails; the pool goes on', async () => {
    const rig = await Rig.make()
    const executor = threadsExecutor(2)
    const ran = await rig.run('[Faulty]\nmode = "exit"\n[Count]', { executor })
    expect(failureIn(ran)).toMatchObject({ code: 'task/worker-died' })
    expect(ran.ran).toContain('Count')
    expect((await rig.run('[Faulty]', { executor })).code).toBe(0)
    await executor.close()
  })

  test('a task that leaks memory until its thread dies fails as that', async () => {
    const rig = await Rig.make()
    const executor = threadsExecutor(2, { maxOldGenerationSizeMb: 64 })
    const ran = await rig.run('[Faulty]\nmode = "leak"\n[Count]', { executor })
    await executor.close()
    expect(failureIn(ran)).toMatchObject({ code: 'task/out-of-memory' })
    expect(ran.ran).toContain('Count')
  })
})

describe('a selection', () => {
  test('that is empty stops its step before the start, and tells what was there', async () => {
    const rig = await Rig.make({ a: { text: 'one', metadata: { channel: 'rgb' } } })
    const ran = await rig.run('[Upper]\nquery = { channel = "infrared" }\n[Count]')
    const told = { step: 'Upper', cause: 'missing', why: expect.stringContaining('"rgb"') }
    expect(ran.events.find(({ is }) => is === 'skipped')).toMatchObject(told)
    expect(ran.events.filter(({ is }) => is === 'started')).toEqual([])
    expect(ran.code).toBe(20)
  })

  test('a selection of files whose ids differ in case only is an error, where files are made of them', async () => {
    const rig = await Rig.make()
    const index = join(rig.path, 'plant', 'files.json')
    const listed = JSON.parse(readFileSync(index, 'utf8')) as { filesets: [{ files: unknown[] }] }
    listed.filesets[0].files.push({ id: 'A', file: 'other.txt' })
    writeFileSync(index, JSON.stringify(listed))
    writeFileSync(join(rig.path, 'plant', 'images', 'other.txt'), 'four')
    const ran = await rig.run('[Upper]')
    expect(ran.events).toContainEqual(
      expect.objectContaining({ is: 'skipped', why: expect.stringContaining('A and a of images') }),
    )
    expect(await rig.filesets('Upper')).toEqual([])
  })
})

describe('retries', () => {
  test('a failed step is tried again as often as it says', async () => {
    const rig = await Rig.make()
    const ran = await rig.run('[Faulty]\nmode = "throw"\n[Faulty.romi]\nretries = 2')
    const failed = ran.events.filter(({ is }) => is === 'failed')
    expect(failed.map((event) => event.is === 'failed' && event.retry)).toEqual([true, true, false])
  })

  const failing = (error: () => Error, more: Pick<ComputingTask, 'retryOn'> = {}) =>
    defineTask({
      name: 'Failing',
      version: 1,
      summary: 'Fails.',
      inputs: { upstream_task: fileset(text, { default: 'Join' }) },
      params: {},
      output: text,
      limits: { retries: 3 },
      ...more,
      run: () => Promise.reject(error()),
    })
  const triesOf = async (task: Task) => {
    const rig = await Rig.make()
    rig.tasks = [...tasks, task]
    const { events } = await rig.run('[Failing]')
    return events.flatMap((event) => (event.is === 'failed' ? [event.failure] : []))
  }

  test.each<ErrorCode>(['task/no-label', 'user/no-leaf', 'task/wrong-result'])(
    'what lasts is not tried again: %s fails once, with its code and its facts',
    async (code) => {
      const facts = { label: 'leaf', there: ['stem'], circle: {}, way: () => 1 }
      facts.circle = facts
      const failures = await triesOf(failing(() => new RomiError(code, 'no leaf', { facts })))
      expect(failures).toEqual([
        { code, message: 'no leaf', facts: { label: 'leaf', there: ['stem'] }, logTail: [] },
      ])
    },
  )

  test('what a task that draws at random declares is tried again, though it lasts elsewhere', async () => {
    const noModel = () => new RomiError('task/no-reconstruction', 'no model')
    expect(await triesOf(failing(noModel))).toHaveLength(1)
    const drawing = failing(noModel, { retryOn: ['task/no-reconstruction'] })
    expect(await triesOf(drawing)).toHaveLength(4)
  })
})

describe('several scans', () => {
  test('one that has nothing to work on leaves the others alone', async () => {
    const rig = await Rig.make({})
    await rig.addScan('second', { z: 'fine' })
    const ran = await rig.run('[Count]', { scans: ['plant', 'second'] })
    expect(ran.code).toBe(20)
    expect(await rig.textOf('Count', 'text', 'second')).toBe('4')
  })

  test('fail-fast starts nothing more after the first failure', async () => {
    const rig = await Rig.make()
    const toml = '[Faulty]\nmode = "throw"\n[Count]\n[Unsteady]'
    const ran = await rig.run(toml, { failFast: true, pool: new ResourcePool(1) })
    expect(ran.code).toBe(30)
    expect(ran.events.some(({ is }) => is === 'cancelled')).toBe(true)
  })
})
