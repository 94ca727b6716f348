// Small tasks on texts for tests of the engine; loaded by threads too, so they live in a file.
import { filesetArtifact } from '../../src/task/artifact.ts'
import { param } from '../../src/task/param.ts'
import { annotations, files, fileset, otherScan } from '../../src/task/slot.ts'
import {
  dummyTask,
  fileExists,
  filesetExists,
  imagesFilesetExists,
} from '../../src/task/sources.ts'
import { defineTask, type Task } from '../../src/task/task.ts'
import { busy, draining, faulty, noting, unsteady } from './odd-tasks.ts'
import { decode, encode, shown, text, texts } from './texts.ts'

export { text, texts }

const upper = defineTask({
  name: 'Upper',
  version: 1,
  summary: 'Upper case.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists', reads: ['channel'] }) },
  params: {
    suffix: param.string({ default: '', doc: 'added at the end' }),
    delay: param.integer({ default: 0, doc: 'in ms', significant: false }),
    query: param.query(),
  },
  output: texts,
  each: 'upstream_task',
  async run({ value, params, file }) {
    if (params.delay > 0) await new Promise((resolve) => setTimeout(resolve, params.delay))
    return `${value.toUpperCase()}${shown(file.metadata('channel') ?? '')}${params.suffix}`
  },
})

const join = defineTask({
  name: 'Join',
  version: 1,
  summary: 'All texts in one.',
  inputs: { upstream_task: files(texts, { default: 'Upper' }) },
  params: {
    separator: param.string({ default: ' ', doc: 'between two texts' }),
    threads: param.integer({ default: 1, doc: 'no matter', significant: false }),
    query: param.query(),
  },
  output: text,
  async run({ inputs, params, progress }) {
    const input = inputs.upstream_task
    const all: string[] = []
    for (const [i, file] of input.files.entries()) {
      all.push(await input.read(file))
      progress(i + 1, input.files.length)
    }
    return all.join(params.separator)
  },
})

const count = defineTask({
  name: 'Count',
  version: 1,
  summary: 'The length of a text.',
  inputs: { upstream_task: fileset(text, { default: 'Join' }) },
  params: { base: param.integer({ default: 10, min: 2, max: 36, doc: 'of the number' }) },
  output: text,
  run: async ({ inputs, params }) =>
    (await inputs.upstream_task.read()).length.toString(params.base),
})

const measure = defineTask({
  name: 'Measure',
  version: 1,
  summary: 'What the cameras of the texts are.',
  inputs: {
    upstream_task: files(texts, { default: 'Upper', reads: { file: ['camera'], scan: ['unit'] } }),
  },
  params: {},
  output: text,
  run: ({ inputs }) => {
    const { files: all } = inputs.upstream_task
    return `${all.map((file) => `${file.id}: ${shown(file.metadata('camera'))}`).join()} ${shown(inputs.upstream_task.scanMetadata('unit'))}`
  },
})

const locate = defineTask({
  name: 'Locate',
  version: 1,
  summary: 'Finds a pose for each text.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { offset: param.integer({ default: 0, doc: 'added to each pose' }) },
  annotates: true,
  output: filesetArtifact<'poses', readonly (readonly [string, string, number])[]>({
    name: 'poses',
    doc: 'poses',
    only: ['poses'],
    read: async (input) => JSON.parse(decode(await input.file('poses').read())) as never,
    write: async (poses, output) => {
      await output.write('poses', encode(JSON.stringify(poses)))
      for (const [images, file, pose] of poses) output.annotate({ fileset: images, file }, { pose })
    },
  }),
  run: async ({ inputs, params }) => {
    const input = inputs.upstream_task
    const found = input.files.map(async (file) => {
      const { length } = await input.read(file)
      return [file.ref.fileset, file.id, length + params.offset] as const
    })
    return Promise.all(found)
  },
})

const place = defineTask({
  name: 'Place',
  version: 1,
  summary: 'Writes the pose of each text.',
  inputs: {
    upstream_task: files(texts, { default: 'Upper', reads: ['pose'] }),
    upstream_locate: annotations({ default: 'Locate' }),
  },
  params: { query: param.query() },
  output: text,
  run: ({ inputs }) =>
    inputs.upstream_task.files
      .map((file) => `${file.id}@${shown(file.metadata('pose'))}`)
      .join(' '),
})

const warp = defineTask({
  name: 'Warp',
  version: 1,
  summary: 'Each text with its pose.',
  inputs: {
    upstream_task: files(texts, { default: 'ImagesFilesetExists', reads: ['pose'] }),
    upstream_locate: annotations({ default: 'Locate' }),
  },
  params: {},
  output: texts,
  each: 'upstream_task',
  run: ({ value, file }) => `${value}@${shown(file.metadata('pose'))}`,
})

const borrow = defineTask({
  name: 'Borrow',
  version: 1,
  summary: 'The text of another scan.',
  inputs: { from_scan_id: otherScan('Join', text, {}) },
  params: {},
  output: text,
  run: async ({ inputs }) => (await inputs.from_scan_id?.read()) ?? 'none',
})

const evaluate = defineTask({
  name: 'Evaluate',
  version: 1,
  summary: 'Compares with what was measured.',
  inputs: {
    upstream_task: fileset(text, { default: 'Count' }),
    ground_truth: files(texts, {
      default: 'ImagesFilesetExists',
      measures: true,
      groundTruth: ({ measured }) => measured,
    }),
  },
  params: {},
  output: text,
  run: ({ inputs }) => JSON.stringify(inputs.ground_truth.measures?.angles),
})

const letters = defineTask({
  name: 'Letters',
  version: 1,
  summary: 'Each text, and how long it is.',
  inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
  params: { query: param.query() },
  output: texts,
  each: 'upstream_task',
  checks: {
    length: { doc: 'How many letters a text has.', max: 5, far: 3, high: 'cut it' },
  },
  run({ value, check }) {
    check('length', value.length)
    return value
  },
})

const tally = defineTask({
  name: 'Tally',
  version: 1,
  summary: 'All letters of all texts.',
  inputs: { upstream_task: files(texts, { default: 'Letters' }) },
  params: { query: param.query() },
  output: filesetArtifact<'tally', number>({
    name: 'tally',
    doc: 'a number and a picture of it',
    only: ['tally'],
    read: async (input) => Number(decode(await input.file('tally').read())),
    write: async (value, output) => {
      const bytes = (content: string) => new TextEncoder().encode(content)
      await output.write('tally', { bytes: bytes(`{"letters":${value}}`), extension: 'json' })
      await output.write('tally-picture', { bytes: bytes('<svg></svg>'), extension: 'svg' })
    },
  }),
  checks: { texts: { doc: 'How many texts there are.', min: 2, low: 'add one' } },
  async run({ inputs, check, log }) {
    const input = inputs.upstream_task
    const lengths = await Promise.all(
      input.files.map(async (file) => (await input.read(file)).length),
    )
    check('texts', lengths.length)
    const sum = lengths.reduce((total, length) => total + length, 0)
    log.info(`${sum} letters in ${lengths.length} texts`)
    return sum
  },
})

/** All of them, as a library's module exports them. */
export const tasks: readonly Task[] = [
  imagesFilesetExists(texts),
  filesetExists,
  fileExists,
  dummyTask,
  upper,
  join,
  count,
  measure,
  locate,
  place,
  warp,
  borrow,
  evaluate,
  faulty,
  unsteady,
  noting,
  busy,
  draining,
  letters,
  tally,
]
