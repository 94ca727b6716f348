// Trivial tasks on texts, for what the engine itself takes; loaded by threads too, so in a file.
import { fileArtifact, filesetArtifact } from '../../src/task/artifact.ts'
import { param } from '../../src/task/param.ts'
import { files, fileset } from '../../src/task/slot.ts'
import { imagesFilesetExists } from '../../src/task/sources.ts'
import { defineTask, type Task } from '../../src/task/task.ts'

const encode = (value: string) => ({ bytes: new TextEncoder().encode(value), extension: 'txt' })
const texts = fileArtifact<'texts', string>({
  name: 'texts',
  doc: 'texts',
  read: async (file) => new TextDecoder().decode(await file.read()),
  encode: (value) => Promise.resolve(encode(value)),
})
const text = filesetArtifact<'text', string>({
  name: 'text',
  doc: 'a text',
  only: ['text'],
  read: async (input) => new TextDecoder().decode(await input.file('text').read()),
  write: (value, output) => output.write('text', encode(value)),
})

const longest = 10

/** A pipeline of a file-by-file step and a chain of `length - 1` trivial ones behind it. */
export const tomlOf = (length: number): string =>
  tasks
    .slice(1, length + 1)
    .map(({ name }) => `[${name}]`)
    .join('\n')

/** Works file by file beside as many files of another slot. */
const beside = defineTask({
  name: 'Beside',
  version: 1,
  summary: 'Copies beside others.',
  inputs: {
    upstream_task: files(texts, { default: 'ImagesFilesetExists', reads: ['channel'] }),
    upstream_others: files(texts, { default: 'Step0' }),
  },
  params: {},
  output: texts,
  each: 'upstream_task',
  run: ({ value }) => value,
})

function chain(): readonly Task[] {
  const each = defineTask({
    name: 'Step0',
    version: 1,
    summary: 'Copies.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists', reads: ['channel'] }) },
    params: { query: param.query() },
    output: texts,
    each: 'upstream_task',
    run: ({ value }) => value,
  })
  const first = defineTask({
    name: 'Step1',
    version: 1,
    summary: 'Joins.',
    inputs: { upstream_task: files(texts, { default: 'Step0', reads: ['camera'] }) },
    params: {},
    output: text,
    run: ({ inputs }) => String(inputs.upstream_task.files.length),
  })
  const rest = Array.from({ length: longest - 2 }, (_, i) =>
    defineTask({
      name: `Step${i + 2}`,
      version: 1,
      summary: 'Passes on.',
      inputs: { upstream_task: fileset(text, { default: `Step${i + 1}` }) },
      params: {},
      output: text,
      run: async ({ inputs }) => `${await inputs.upstream_task.read()} ${i}`,
    }),
  )
  return [imagesFilesetExists(texts), each, first, ...rest, beside]
}

/** What the steps of `tomlOf` do, their photographs, and `Beside`. */
export const tasks: readonly Task[] = chain()
