// The small tasks of the rig, slower, each noting what it makes: the library of runs that are killed.
import { appendFileSync, existsSync } from 'node:fs'
import { param } from '../../../src/task/param.ts'
import { defineTask, type Task } from '../../../src/task/task.ts'
import { files } from '../../../src/task/slot.ts'
import { tasks as builtin, text, texts } from '../../support/tasks.ts'

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

const program = defineTask({
  name: 'Program',
  version: 1,
  summary: 'Starts a program that sleeps for an hour.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: {
    mode: param.choice(['wait', 'leave', 'end thread'], {
      default: 'wait',
      doc: 'wait for it; let it leave a program of its own behind; end the thread and wait for nothing',
    }),
    hour: param.string({ default: '3600', doc: 'how long, in s: known again among all processes' }),
  },
  output: text,
  async run({ params: { mode, hour }, log, scratch, exec }): Promise<string> {
    const cwd = await scratch()
    const command = mode === 'leave' ? `sleep ${hour} &` : `sleep ${hour} & echo asleep; wait`
    const ended = exec('sh', ['-c', command], { cwd, onLine: (line) => log.info(line) })
    if (mode === 'end thread') process.exit(3)
    await ended
    return 'slept'
  },
})

const wait = defineTask({
  name: 'Wait',
  version: 1,
  summary: 'Waits until a file is there.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { gate: param.string({ default: '', doc: 'the file', significant: false }) },
  output: text,
  async run({ params: { gate }, log }): Promise<string> {
    log.info('waiting')
    while (!existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 10))
    return 'waited'
  },
})

/** Long enough to be killed in, short enough to be done often, in ms. */
const fileDelay = 10
const wholeDelay = 30

/**
 * The same task; notes in the file `ROMI_NOTES` what it begins to make: its name and the file's id.
 * `ROMI_EXITS` is how likely it then ends its thread instead.
 */
function noted(task: Task): Task {
  if (task.is !== 'computing') return task
  return {
    ...task,
    async run(context) {
      const { ROMI_NOTES: notes, ROMI_EXITS: exits } = process.env
      const part = context.file ? `${task.name}/${context.file.id}` : task.name
      if (notes !== undefined) appendFileSync(notes, `${part}\n`)
      if (Math.random() < Number(exits ?? 0)) process.exit(1)
      const delay = context.file ? fileDelay : wholeDelay
      await new Promise((resolve) => setTimeout(resolve, delay))
      return task.run(context)
    },
  }
}

export const tasks: readonly Task[] = [...builtin, mirror, program, wait].map(noted)
