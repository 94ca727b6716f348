// Tasks of texts for the tests of jobs: one value of all, a file of each, and either with another run.
import { files } from '../../src/task/slot.ts'
import { defineTask, type ComputingTask } from '../../src/task/task.ts'
import { text, texts } from './texts.ts'

const inputs = { upstream_task: files(texts, { default: 'Images' }) }
export const whole = defineTask({
  name: 'Whole',
  version: 1,
  summary: 'All texts in one.',
  inputs,
  params: {},
  output: text,
  async run({ inputs: { upstream_task: input } }) {
    return (await Promise.all(input.files.map((file) => input.read(file)))).join(' ')
  },
})
export const each = defineTask({
  name: 'Each',
  version: 1,
  summary: 'Each text in upper case.',
  inputs,
  params: {},
  output: texts,
  each: 'upstream_task',
  run: ({ value }) => value.toUpperCase(),
})
/** The task with another run. */
export const running = (
  run: ComputingTask['run'],
  more: Partial<ComputingTask> = {},
): ComputingTask => ({
  ...(whole as ComputingTask),
  ...more,
  run,
})
export const runningEach = (
  run: ComputingTask['run'],
  more: Partial<ComputingTask> = {},
): ComputingTask => ({
  ...(each as ComputingTask),
  ...more,
  run,
})
