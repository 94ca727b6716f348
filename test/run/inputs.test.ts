// What a task sees of its inputs: what it declared, and the values of what it asks for.
import { describe, expect, test } from 'vitest'
import { RomiError } from '../../src/base/errors.ts'
import { fileArtifact } from '../../src/task/artifact.ts'
import { annotations, fileset, files, otherScan } from '../../src/task/slot.ts'
import type { Slot } from '../../src/task/slot.ts'
import { defineTask, type ComputingTask } from '../../src/task/task.ts'
import type { JobInput } from '../../src/run/job.ts'
import { onlyFile, type RunningInput } from '../../src/run/inputs.ts'
import { Bench } from '../support/performed.ts'
import { text, texts } from '../support/texts.ts'

/** Runs a task with one slot. @returns what it said of its input */
async function seen(
  look: (input: RunningInput) => unknown,
  {
    slot = files(texts, { default: 'Images' }),
    input,
  }: { slot?: Slot; input?: Partial<JobInput> } = {},
): Promise<unknown> {
  const task = {
    ...defineTask({
      name: 'Look',
      version: 1,
      summary: 'Looks at its input.',
      inputs: {},
      params: {},
      output: text,
      run: () => '',
    }),
    inputs: { upstream_task: slot },
    run: async ({ inputs }: { inputs: Record<string, unknown> }) =>
      JSON.stringify(await look(inputs.upstream_task as RunningInput)) ?? 'undefined',
  }
  const bench = new Bench()
  // Safe: the slot is the one that the job fills.
  const outcome = await bench.perform(task as unknown as ComputingTask, input ? { input } : {})
  if (outcome.is === 'failed') return outcome.failure
  const made = (await bench.made()).text.text
  return made === 'undefined' ? undefined : JSON.parse(made)
}

test('an input tells what fills it, with its files in order', async () => {
  expect(
    await seen(
      ({ task, artifact, id, files: all, measures }) => [
        task,
        artifact,
        id,
        all.map((file) => file.id),
        measures,
      ],
      { input: { measures: { angles: [137] } } },
    ),
  ).toEqual(['Images', 'texts', 'images', ['a', 'b', 'c'], { angles: [137] }])
})

test('a file tells its fileset and what it was made from', async () => {
  const lineage = [
    { fileset: 'Masks_1', file: 'a' },
    { fileset: 'images', file: 'shot' },
  ]
  const [file] = [
    { id: 'a', filename: 'a.txt', path: '', digest: '' as never, lineage, metadata: {} },
  ]
  expect(
    await seen(({ files: all }) => [all[0].ref, all[0].source], { input: { files: [file] } }),
  ).toEqual([
    { fileset: 'images', file: 'a' },
    { fileset: 'images', file: 'shot' },
  ])
})

test('a slot that nothing fills is no input at all', async () => {
  const task = {
    ...defineTask({
      name: 'Look',
      version: 1,
      summary: 'Looks at its input.',
      inputs: { upstream_task: files(texts, { default: undefined }) },
      params: {},
      output: text,
      run: ({ inputs }) => typeof inputs.upstream_task,
    }),
  }
  const bench = new Bench()
  await bench.done(task, { job: { inputs: {} } })
  expect((await bench.made()).text.text).toBe('undefined')
})

describe('metadata', () => {
  const declared = { file: ['channel'], fileset: ['unit'], scan: ['species'] }

  test('that are declared are read, of the file, the fileset and the scan', async () => {
    expect(
      await seen(
        (input) => [
          input.file('b').metadata('channel'),
          input.metadata('unit'),
          input.scanMetadata('species'),
        ],
        { input: { declared } },
      ),
    ).toEqual(['channel of b', 'mm', 'Arabidopsis'])
  })

  test('that are declared and absent are not known', async () => {
    const look = (input: RunningInput) => input.metadata('unit')
    expect(await seen(look, { input: { declared, filesetMetadata: {} } })).toBeUndefined()
  })

  test.each<readonly [string, (input: RunningInput) => unknown, string, string]>([
    ['file', (input) => input.file('a').metadata('channel'), 'channel', "reads: ['channel']"],
    ['fileset', (input) => input.metadata('unit'), 'unit', "reads: { fileset: ['unit'] }"],
    ['scan', (input) => input.scanMetadata('species'), 'species', "reads: { scan: ['species'] }"],
  ])(
    'of a %s that are not declared are refused, with what to declare',
    async (of, look, key, how) => {
      expect(await seen(look)).toMatchObject({
        code: 'task/undeclared-metadata',
        message: `Look reads the metadata "${key}" of the ${of} through upstream_task without saying so: add ${how} to that slot, or a change of it would go unnoticed`,
        facts: { task: 'Look', slot: 'upstream_task', key },
      })
    },
  )
})

describe('a value', () => {
  test('is that of a file which is named', async () => {
    expect(await seen((input) => input.read(input.file('c')))).toBe('three')
  })

  test('of no file in particular is refused where each file has one', async () => {
    expect(await seen((input) => input.read())).toMatchObject({
      code: 'task/no-file',
      message: 'Look must say which file of upstream_task it wants to read',
    })
  })

  test('is that of the whole where the artifact is one', async () => {
    const slot = fileset(text, { default: 'Join' })
    const input = { artifact: 'text' }
    expect(await seen((one) => one.read(), { slot, input })).toMatchObject({
      code: 'task/file-missing',
      message: 'images has no file "text"; there are: a, b, c',
    })
  })

  test('is none of a slot that is read for its metadata alone', async () => {
    const slot = annotations({ default: 'Images' })
    expect(await seen((input) => input.read(), { slot })).toMatchObject({
      code: 'task/no-value',
      message: 'Look declares no value for upstream_task: it reads metadata only',
    })
  })

  test('is read as the artifact that fills the slot, of several that may', async () => {
    const shouted = fileArtifact<'shouted', string>({
      ...texts,
      name: 'shouted',
      read: async (file) => (await texts.read(file)).toUpperCase(),
    })
    const slot = files([texts, shouted], { default: 'Images' })
    const look = (input: RunningInput) => input.read(input.file('a'))
    expect(await seen(look, { slot })).toBe('one')
    expect(await seen(look, { slot, input: { artifact: 'shouted' } })).toBe('ONE')
  })

  test('of another scan bears no name if other programs made it, and is what the slot takes', async () => {
    const read = (slot: Slot) => seen((input) => input.read(), { slot, input: { artifact: '' } })
    expect(await read(otherScan('Join', text, {}))).toMatchObject({ code: 'task/file-missing' })
    expect(await read(fileset(text, { default: 'Join' }))).toMatchObject({ code: 'task/no-value' })
  })
})

describe('what cannot be read', () => {
  const failing = (error: () => unknown, artifact: 'file' | 'fileset' = 'file') => {
    const one = fileArtifact<'texts', string>({ ...texts, read: () => Promise.reject(error()) })
    const all = { ...text, read: () => Promise.reject(error()) }
    return artifact === 'file'
      ? { slot: files(one, { default: 'Images' }), input: {} }
      : { slot: fileset(all, { default: 'Join' }), input: { artifact: 'text' } }
  }
  const look = (input: RunningInput) => input.read(input.files[0])

  test('is told with its path, the reason, and what a person can do with a photograph', async () => {
    expect(
      await seen(
        look,
        failing(() => new Error('torn')),
      ),
    ).toMatchObject({
      code: 'io/unreadable',
      message: expect.stringMatching(
        /images\/a\.txt cannot be read as texts: Error: torn; put a whole copy in its place, or leave it out: romi-run exclude .*plant a --why unreadable$/,
      ) as unknown,
    })
  })

  test('is to be made again where a step made it', async () => {
    const { slot } = failing(() => new Error('torn'))
    expect(await seen(look, { slot, input: { isMade: true } })).toMatchObject({
      message: expect.stringMatching(
        /; delete .*images\/a\.txt and run again: Images makes it anew$/,
      ) as unknown,
    })
  })

  test('of another fileset than the photographs is left out by the name of that', async () => {
    const { slot } = failing(() => new Error('torn'))
    expect(await seen(look, { slot, input: { fileset: 'extra' } })).toMatchObject({
      message: expect.stringContaining('plant a --fileset extra --why unreadable') as unknown,
    })
  })

  test('keeps the artifact’s own word, and its error if that tells another code', async () => {
    const known = new RomiError('io/unreadable', 'long', { facts: { what: 'a.txt is torn' } })
    expect(
      await seen(
        look,
        failing(() => known),
      ),
    ).toMatchObject({
      code: 'io/unreadable',
      message: expect.stringMatching(/^a\.txt is torn; put a whole copy/) as unknown,
    })
    const other = new RomiError('task/no-label', 'no label')
    expect(
      await seen(
        look,
        failing(() => other),
      ),
    ).toMatchObject({
      code: 'task/no-label',
      message: 'no label',
    })
  })

  test('is the file that the artifact names, of all that it read', async () => {
    const look = (one: RunningInput) => one.read()
    const path = (id: string) => ({
      id,
      filename: `${id}.txt`,
      path: `/db/plant/images/${id}.txt`,
      digest: '' as never,
      lineage: [],
      metadata: {},
    })
    const facts = { what: 'b.txt is torn', path: '/db/plant/images/b.txt', line: 7 }
    const known = new RomiError('io/unreadable', 'long', { facts })
    const { slot, input } = failing(() => known, 'fileset')
    const of = { ...input, files: [path('a'), path('b')] }
    expect(await seen(look, { slot, input: of })).toMatchObject({
      code: 'io/unreadable',
      message:
        'b.txt is torn; put a whole copy in its place, or leave it out: romi-run exclude /db/plant b --why unreadable',
      facts,
    })
  })

  test('as a whole is named after its fileset, or else after the step', async () => {
    const { slot, input } = failing(() => new Error('torn'), 'fileset')
    const whole = (one: RunningInput) => one.read()
    expect(await seen(whole, { slot, input })).toMatchObject({
      message: 'images cannot be read as text: Error: torn',
    })
    const nameless = { artifact: 'text', fileset: undefined as never, task: 'Join' }
    expect(await seen(whole, { slot, input: nameless })).toMatchObject({
      message: 'Join cannot be read as text: Error: torn',
    })
  })
})

test('the making of one file sees that file alone', async () => {
  const look = (input: RunningInput) => {
    const one = onlyFile(input, input.file('b'))
    expect(one.file('b').id).toBe('b')
    expect(() => one.file('a')).toThrow('images has no file "a"; there are: b')
    return one.files.map(({ id }) => id)
  }
  expect(await seen(look)).toEqual(['b'])
})
