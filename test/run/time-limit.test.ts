// Time limits as long as somebody may write them.
import { expect, test } from 'vitest'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

test.each([2_147_483, 2_147_484, 1e12])('a time limit of %i s stops nothing at once', async (s) => {
  const rig = await Rig.make()
  const steady = defineTask({
    name: 'Steady',
    version: 1,
    summary: 'Takes longer than a timer of one millisecond.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: {},
    output: text,
    run: () => new Promise<string>((resolve) => setTimeout(() => resolve('made'), 20)),
  })
  rig.tasks = [...tasks, steady]
  expect((await rig.run(`[Steady.romi]\ntime_limit = ${s}\n[Steady]\n`)).ran).toEqual(['Steady'])
})
