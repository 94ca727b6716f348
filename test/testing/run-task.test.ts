// The testing entry point: what it lets pass and what it finds.
import { readdirSync, rmSync } from 'node:fs'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { defineTask } from '../../src/task/task.ts'
import { files } from '../../src/task/slot.ts'
import { runTask, withMetadata } from '../../src/testing/index.ts'
import { scratchFolder } from '../support/scratch.ts'
import { tasks, texts } from '../support/tasks.ts'
import type { ComputingTask } from '../../src/task/task.ts'

const named = (name: string): ComputingTask => {
  const task = tasks.find((candidate) => candidate.name === name)
  if (task?.is !== 'computing') throw new Error(`no task ${name}`)
  return task
}

describe('runTask', () => {
  test('runs a file-by-file task on values, with metadata', async () => {
    const photographs = { a: 'one', b: withMetadata('two', { channel: 'rgb' }) }
    const tried = await runTask<string>(named('Upper'), { inputs: { upstream_task: photographs } })
    expect([...tried.files]).toEqual([
      ['a', 'ONE'],
      ['b', 'TWOrgb'],
    ])
    await tried.expectIncremental()
    await tried.expectCrashSafe()
  })

  test('runs a task of whole filesets, with parameters', async () => {
    const tried = await runTask<string>(named('Count'), {
      inputs: { upstream_task: 'twelve chars' },
      params: { base: 2 },
    })
    expect(tried.value).toBe('1100')
    await tried.expectIncremental()
    await tried.expectCrashSafe()
  })

  test('finds a task that is not deterministic', async () => {
    const tried = await runTask(named('Unsteady'), { inputs: { upstream_task: 'x' } })
    await expect(tried.expectIncremental()).rejects.toMatchObject({ code: 'testing/expectation' })
  })

  test('leaves nothing behind', async () => {
    const folder = scratchFolder('trials')
    vi.stubEnv('TMPDIR', folder)
    onTestFinished(() => {
      vi.unstubAllEnvs()
      rmSync(folder, { recursive: true })
    })
    const tried = await runTask(named('Upper'), { inputs: { upstream_task: { a: 'one' } } })
    await tried.expectIncremental()
    await tried.expectCrashSafe()
    const wrong = runTask(named('Upper'), { inputs: { no_slot: {} } })
    await expect(wrong).rejects.toMatchObject({ code: 'testing/no-slot' })
    expect(readdirSync(folder)).toEqual([])
  })

  test('rejects with the failure of the task', async () => {
    const failing = defineTask({
      name: 'Failing',
      version: 1,
      summary: 'Fails.',
      inputs: { upstream_task: files(texts, { default: undefined }) },
      params: {},
      output: texts,
      each: 'upstream_task',
      run: () => Promise.reject(new Error('no')),
    })
    await expect(runTask(failing, { inputs: { upstream_task: { a: 'x' } } })).rejects.toMatchObject(
      { code: 'task/threw' },
    )
  })
})
