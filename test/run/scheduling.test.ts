// Who runs when: what is ready starts, the longest path first, within the threads and memory there are.
import { describe, expect, test } from 'vitest'
import { fileset, files } from '../../src/task/slot.ts'
import { defineTask, type ComputingTask } from '../../src/task/task.ts'
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
  test('of which one side fails has the other one made, whichever ends first', async () => {
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
