// Who runs when: what is ready starts, the longest path first, within the threads and memory there are.
import { describe, expect, test } from 'vitest'
import { filesetArtifact, type FilesetArtifact } from '../../src/task/artifact.ts'
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
const first = (
  name: string,
  run: () => string | Promise<string>,
  output: FilesetArtifact<'text', string> = text,
): ComputingTask =>
  defineTask({
    name,
    version: 1,
    summary: 'Begins.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: {},
    output,
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
  test('whose one side ends while the other is looked at is made once, to its end', async () => {
    const rig = await Rig.make()
    const leftEnded = moment()
    const rightEnded = moment()
    const slow = filesetArtifact({ ...text, read: () => rightEnded.reached.then(() => 'edited') })
    rig.tasks = [
      ...tasks,
      first('Left', () => 'left', slow),
      first('Right', () => leftEnded.reached.then(() => 'right')),
      // In this order: the right side was looked at when the left one is.
      next('Bottom', 'Right', 'Left'),
    ]
    const ran = await rig.run('[Bottom]', {
      tell(event) {
        if (event.is !== 'finished') return
        if (event.step === 'Right') setImmediate(rightEnded.reach)
        if (event.step !== 'Left') return
        // Edited at once, so that the run reads it to see whether it still can be read.
        rig.edit(event.fileset, 'text.txt', 'edited')
        leftEnded.reach()
      },
    })
    expect(ran.ran).toEqual(['Left', 'Right', 'Bottom'])
    expect(ran.code).toBe(0)
  })

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
