// Small tasks on texts that fail, take long, or leave traces.
import { appendFileSync, existsSync } from 'node:fs'
import { param } from '../../src/task/param.ts'
import { files, fileset } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { shown, text, texts } from './texts.ts'

const modes = [
  'none',
  'throw',
  'nothing',
  'wrong',
  'no-file',
  'hang',
  'exit',
  'leak',
  'undeclared',
  'program',
  'killed',
  'sleeping',
] as const

export const faulty = defineTask({
  name: 'Faulty',
  version: 1,
  summary: 'Fails as it is told.',
  inputs: { upstream_task: fileset(text, { default: 'Join', reads: { fileset: ['unit'] } }) },
  params: { mode: param.choice(modes, { default: 'none', doc: 'how' }) },
  output: text,
  async run({ inputs, params, log, exec, scratch }): Promise<string> {
    log.info('about to fail')
    switch (params.mode) {
      case 'none':
        return 'well'
      case 'throw':
        throw new Error('the plant fell over')
      case 'nothing':
        return undefined as never
      case 'wrong':
        return { not: 'a text', toString: null } as never
      case 'no-file':
        return '' as never
      case 'hang':
        return new Promise<never>(() => setInterval(() => undefined, 1000))
      case 'exit':
        return process.exit(3)
      case 'leak': {
        const kept: unknown[] = []
        for (;;) kept.push(Array.from({ length: 100_000 }, (_, i) => ({ i })))
      }
      case 'undeclared':
        return shown(inputs.upstream_task.metadata('channel'))
      case 'program':
        await exec('sh', ['-c', `cd ${await scratch()}; echo some words; exit 4`])
        return 'never'
      case 'killed':
        await exec('sh', ['-c', 'kill -9 $$'])
        return 'never'
      case 'sleeping':
        await exec('sleep', ['60'])
        return 'never'
    }
  },
})

export const unsteady = defineTask({
  name: 'Unsteady',
  version: 1,
  summary: 'Never the same twice.',
  inputs: { upstream_task: fileset(text, { default: 'Join' }) },
  params: {},
  output: text,
  run: () => `${performance.now()} ${Math.random()}`,
})

export const busy = defineTask({
  name: 'Busy',
  version: 1,
  summary: 'Computes for a while without a pause.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: {
    seconds: param.float({ default: 1, doc: 'how long at most', significant: false }),
    until: param.string({ default: '', doc: 'a file that ends it', significant: false }),
  },
  output: text,
  run({ params }) {
    const end = performance.now() + params.seconds * 1000
    const isTold = () => params.until !== '' && existsSync(params.until)
    while (performance.now() < end && !isTold()) Math.sqrt(end)
    return 'done'
  },
})

export const noting = defineTask({
  name: 'Noting',
  version: 1,
  summary: 'Notes in a file of its own that it ran.',
  inputs: { upstream_task: fileset(text, { default: 'Join' }) },
  params: {
    note: param.string({ default: '', doc: 'the file', significant: false }),
    word: param.string({ default: 'x', doc: 'what it says' }),
  },
  output: text,
  run: ({ params }) => {
    if (params.note !== '') appendFileSync(params.note, `${params.word}\n`)
    return params.word
  },
})

export const draining = defineTask({
  name: 'Draining',
  version: 1,
  summary: 'Takes a number for each text out of its own parameter.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { numbers: param.numbers({ default: [1, 2, 3], doc: 'of which it takes the first' }) },
  output: texts,
  each: 'upstream_task',
  // Against the types, as a module in JavaScript may.
  run: ({ value, params }) => `${value} ${(params.numbers as number[]).shift()}`,
})
