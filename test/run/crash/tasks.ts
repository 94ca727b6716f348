// The small tasks of the rig, slower, each noting what it makes: the library of runs that are killed.
import { appendFileSync } from 'node:fs'
import { defineTask, type Task } from '../../../src/task/task.ts'
import { files } from '../../../src/task/slot.ts'
import { tasks as builtin, texts } from '../../support/tasks.ts'

const mirror = defineTask({
  name: 'Mirror',
  version: 1,
  summary: 'Each text backwards.',
  inputs: { upstream_task: files(texts, { default: 'Upper' }) },
  params: {},
  output: texts,
  each: 'upstream_task',
  run: ({ value }) => value.split('').reverse().join(''),
})

/** Long enough to be killed in, short enough to be done often, in ms. */
const fileDelay = 10
const wholeDelay = 30

/** The same task; notes in the file `ROMI_NOTES` what it begins to make: its name and the file's id. */
function noted(task: Task): Task {
  if (task.is !== 'computing') return task
  return {
    ...task,
    async run(context) {
      const { ROMI_NOTES: notes } = process.env
      const part = context.file ? `${task.name}/${context.file.id}` : task.name
      if (notes !== undefined) appendFileSync(notes, `${part}\n`)
      const delay = context.file ? fileDelay : wholeDelay
      await new Promise((resolve) => setTimeout(resolve, delay))
      return task.run(context)
    },
  }
}

export const tasks: readonly Task[] = [...builtin, mirror].map(noted)
