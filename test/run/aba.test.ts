// A photograph is replaced while its step runs, and put back before it ends.
import { linkSync, mkdirSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { InputFile } from '../../src/task/artifact.ts'
import { files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig, type Ran } from '../support/rig.ts'
import { tasks, text, texts } from '../support/tasks.ts'

type Look = (file: InputFile) => Promise<string> | string

/** A task that joins what `look` makes of each file, between two things that happen once. */
async function rigOf(look: Look, around: { before: () => void; after: () => void }): Promise<Rig> {
  const rig = await Rig.make({ a: 'one', b: 'two' })
  const slot = files(texts, { default: 'ImagesFilesetExists' })
  let isFirst = true
  const reader = defineTask({
    name: 'Reader',
    version: 1,
    summary: 's',
    inputs: { upstream_task: slot },
    params: {},
    output: text,
    run: async ({ inputs }) => {
      const isToHappen = isFirst
      isFirst = false
      if (isToHappen) around.before()
      try {
        const found: string[] = []
        for (const file of inputs.upstream_task.files) found.push(await look(file))
        return found.join(' ')
      } finally {
        if (isToHappen) around.after()
      }
    },
  })
  rig.tasks = [...tasks, reader]
  return rig
}

const resultOf = (rig: Rig): Promise<string> => rig.textOf('Reader')
const failures = ({ events }: Ran) =>
  events.flatMap((event) =>
    event.is === 'failed' ? [{ code: event.failure.code, retry: event.retry }] : [],
  )
const overtaken = [{ code: 'task/overtaken', retry: true }]

const throughUs: Look = async (file) => new TextDecoder().decode(await file.read())
const byPath: Look = (file) => readFileSync(file.path, 'utf8')

test.each([
  ['through us', throughUs],
  ['by its path', byPath],
])('one that is read %s is read again: the result is of what its key tells', async (_, look) => {
  let photo = ''
  const rig = await rigOf(look, {
    before() {
      renameSync(photo, `${photo}.kept`)
      writeFileSync(photo, 'other')
    },
    after: () => renameSync(`${photo}.kept`, photo),
  })
  photo = join(rig.path, 'plant', 'images', 'a.txt')
  const ran = await rig.run('[Reader]')
  expect(ran.code).toBe(0)
  expect(failures(ran)).toEqual(overtaken)
  expect(await resultOf(rig)).toBe('one two')
})

test('an error of a task that swallows it counts all the same', async () => {
  let photo = ''
  const rig = await rigOf((file) => throughUs(file) as Promise<string>, {
    before() {
      renameSync(photo, `${photo}.kept`)
    },
    after: () => {},
  })
  photo = join(rig.path, 'plant', 'images', 'a.txt')
  const [reader] = rig.tasks.slice(-1)
  if (reader.is !== 'computing') throw new Error('it computes')
  const patient = {
    ...reader,
    run: (context: Parameters<typeof reader.run>[0]) =>
      Promise.resolve(reader.run(context)).catch(() => {
        renameSync(`${photo}.kept`, photo)
        return 'half'
      }),
  }
  rig.tasks = [...tasks, patient]
  const ran = await rig.run('[Reader]')
  expect(failures(ran)).toEqual(overtaken)
  expect(await resultOf(rig)).toBe('one two')
})

test.each<readonly [string, (photo: string, folder: string) => void]>([
  ['a backup that links it', (photo, folder) => linkSync(photo, join(folder, 'a.backup'))],
  ['new times', (photo) => utimesSync(photo, 1, 1)],
])('one that is only touched by %s fails nothing', async (_, touch) => {
  let photo = ''
  let times = 0
  const rig = await rigOf(
    (file) => {
      const found = byPath(file)
      // Each time anew: it never comes to rest.
      if (file.id === 'a') {
        mkdirSync(join(rig.path, `backup${times}`))
        touch(photo, join(rig.path, `backup${times++}`))
      }
      return found
    },
    { before: () => {}, after: () => {} },
  )
  photo = join(rig.path, 'plant', 'images', 'a.txt')
  const ran = await rig.run('[Reader]')
  expect(ran.code).toBe(0)
  // Once made again, then accepted with a warning.
  expect(failures(ran)).toEqual(overtaken)
  expect(ran.state.warnings.map(({ step }) => step)).toEqual(['Reader'])
  expect(await resultOf(rig)).toBe('one two')
})

test('files that a program is to read are looked at before it starts', async () => {
  const rig = await Rig.make({ a: 'one' })
  const photo = join(rig.path, 'plant', 'images', 'a.txt')
  let isFirst = true
  const reader = defineTask({
    name: 'Reader',
    version: 1,
    summary: 's',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: {},
    output: text,
    run: async ({ inputs, exec }) => {
      const [{ path }] = inputs.upstream_task.files
      if (isFirst) {
        isFirst = false
        renameSync(photo, `${photo}.kept`)
        writeFileSync(photo, 'other')
        try {
          await exec('cat', [path])
        } finally {
          renameSync(`${photo}.kept`, photo)
        }
      }
      return (await exec('cat', [path])).stdout.trim()
    },
  })
  rig.tasks = [...tasks, reader]
  const ran = await rig.run('[Reader]')
  expect(failures(ran)).toEqual(overtaken)
  expect(await resultOf(rig)).toBe('one')
})
