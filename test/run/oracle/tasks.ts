// The tasks of the oracle's pipeline: lossy ones, so that other inputs often give the same results.
import { filesetArtifact, type FileRef } from '../../../src/task/artifact.ts'
import { param } from '../../../src/task/param.ts'
import { annotations, files, fileset } from '../../../src/task/slot.ts'
import { defineTask, type Task } from '../../../src/task/task.ts'
import { tasks as builtin, text, texts } from '../../support/tasks.ts'

const mirror = defineTask({
  name: 'Mirror',
  version: 1,
  summary: 'Each text backwards, marked by its shift and by the mode of all.',
  inputs: {
    upstream_task: files(texts, {
      default: 'Upper',
      reads: { file: ['shift'], fileset: ['mode'] },
    }),
  },
  params: {},
  output: texts,
  each: 'upstream_task',
  fileMetadata: () => ({ mirrored: true }),
  run({ value, file, inputs }) {
    const marks = [file.metadata('shift') ?? '', inputs.upstream_task.metadata('mode') ?? '']
    return value.split('').reverse().join('') + JSON.stringify(marks)
  },
})

/** A level for each file; what is written does not say where the files lie. */
const levels = filesetArtifact<'levels', readonly (readonly [FileRef, number])[]>({
  name: 'levels',
  doc: 'levels of files',
  only: ['levels'],
  read: () => Promise.resolve([]),
  async write(value, output) {
    const lines = value.map(([{ file }, level]) => `${file}=${level}`)
    await output.write('levels', {
      bytes: new TextEncoder().encode(lines.join()),
      extension: 'txt',
    })
    for (const [ref, level] of value) output.annotate(ref, { level })
  },
})

const gauge = defineTask({
  name: 'Gauge',
  version: 1,
  summary: 'Finds a level for each text that a step made.',
  inputs: { upstream_task: files(texts, { default: 'Mirror' }) },
  params: { offset: param.integer({ default: 0, doc: 'added to each level' }) },
  annotates: true,
  output: levels,
  async run({ inputs, params }) {
    const input = inputs.upstream_task
    const found: (readonly [FileRef, number])[] = []
    for (const file of input.files)
      found.push([file.ref, (await input.read(file)).length + params.offset])
    return found
  },
})

const level = defineTask({
  name: 'Level',
  version: 1,
  summary: 'Writes the level of each text.',
  inputs: {
    upstream_task: files(texts, { default: 'Mirror', reads: ['level', 'mirrored'] }),
    upstream_gauge: annotations({ default: 'Gauge' }),
  },
  params: {},
  output: text,
  run: ({ inputs }) =>
    inputs.upstream_task.files
      .map(
        (file) =>
          `${file.id}:${JSON.stringify([file.metadata('level'), file.metadata('mirrored')])}`,
      )
      .join(' '),
})

const stamp = defineTask({
  name: 'Stamp',
  version: 1,
  summary: 'Each text with the pose that was found for it.',
  inputs: {
    upstream_task: files(texts, { default: 'Upper', reads: ['pose'] }),
    upstream_locate: annotations({ default: 'Locate' }),
  },
  params: { query: param.query() },
  output: texts,
  each: 'upstream_task',
  run: ({ value, file }) => `${value}@${JSON.stringify(file.metadata('pose'))}`,
})

const both = defineTask({
  name: 'Both',
  version: 1,
  summary: 'Where two branches meet again.',
  inputs: {
    upstream_count: fileset(text, { default: 'Count' }),
    upstream_place: fileset(text, { default: 'Place' }),
    upstream_stamp: files(texts, { default: 'Stamp', reads: ['camera'] }),
  },
  params: { mark: param.string({ default: '+', doc: 'between them' }) },
  output: text,
  async run({ inputs, params }) {
    const stamps: string[] = []
    for (const file of inputs.upstream_stamp.files) {
      const stamp = await inputs.upstream_stamp.read(file)
      stamps.push(`${stamp}${JSON.stringify(file.metadata('camera'))}`)
    }
    const parts = [await inputs.upstream_count.read(), await inputs.upstream_place.read()]
    return [...parts, ...stamps].join(params.mark)
  },
})

export const tasks: readonly Task[] = [...builtin, mirror, gauge, level, stamp, both]
