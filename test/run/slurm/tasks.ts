// Tasks for tests of a cluster: they wait for files, use up memory, fill disks, and tell where they ran.
import { appendFileSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { param } from '../../../src/task/param.ts'
import { files, fileset } from '../../../src/task/slot.ts'
import { defineTask, type Task } from '../../../src/task/task.ts'
import { tasks as others, text, texts } from '../../support/tasks.ts'

/** Looks for a file until it is there. */
async function opened(gate: string): Promise<void> {
  while (gate !== '' && !existsSync(gate)) await pause(20)
}

const gate = param.string({ default: '', doc: 'the file it waits for', significant: false })
const note = param.string({ default: '', doc: 'where it notes that it ran', significant: false })
const noted = (path: string, what: string): void => {
  if (path !== '') appendFileSync(path, `${what}\n`)
}

const wait = defineTask({
  name: 'Wait',
  version: 1,
  summary: 'Says so, and waits for a file.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { gate, note, word: param.string({ default: 'x', doc: 'what it makes' }) },
  output: text,
  async run({ params, log, inputs, exec }) {
    noted(params.note, `${params.word} begins`)
    log.info('waiting')
    await opened(params.gate)
    if (params.word === 'no program') await exec('no-such-program', [])
    if (params.word === 'full disk') throw new Error('ENOSPC: no space left on device, write')
    noted(params.note, `${params.word} ends`)
    return `${params.word} ${inputs.upstream_task.files.length}`
  },
})

const each = defineTask({
  name: 'Each',
  version: 1,
  summary: 'Notes each text; waits for a file at those that say so.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { gate, note, suffix: param.string({ default: '', doc: 'added at the end' }) },
  output: texts,
  each: 'upstream_task',
  async run({ value, params, file }) {
    if (value.includes('wait')) await opened(params.gate)
    noted(params.note, file.id)
    return `${value}${params.suffix}`
  },
})

const greedy = defineTask({
  name: 'Greedy',
  version: 1,
  summary: 'Uses so much memory, and gives it back.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { megabytes: param.integer({ default: 10, doc: 'how much', significant: false }) },
  output: text,
  async run({ params, threads }) {
    const parts = Array.from({ length: params.megabytes / 10 }, () => Buffer.alloc(1e7, 1))
    // Long enough to be seen by whoever counts memory once a second.
    await pause(2_500)
    return `${parts.length > 0} ${threads}`
  },
})

const filling = defineTask({
  name: 'Filling',
  version: 1,
  summary: 'Fills its scratch folder.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { megabytes: param.integer({ default: 100, doc: 'how much', significant: false }) },
  output: text,
  async run({ scratch, params }) {
    const folder = await scratch()
    for (let i = 0; i < params.megabytes; i++)
      writeFileSync(join(folder, String(i)), Buffer.alloc(1e6))
    return folder
  },
})

const after = defineTask({
  name: 'After',
  version: 1,
  summary: 'Reads what waited.',
  inputs: { upstream_task: fileset(text, { default: 'Wait' }) },
  params: {},
  output: text,
  run: async ({ inputs }) => `after ${await inputs.upstream_task.read()}`,
})

export const tasks: readonly Task[] = [...others, wait, each, greedy, filling, after]
