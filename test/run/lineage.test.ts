// Metadata and annotations follow the files of today, though steps were complete under other names.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import { FSDB } from '../../src/fsdb/fsdb.ts'
import { filesetArtifact } from '../../src/task/artifact.ts'
import { annotations, files } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { Rig } from '../support/rig.ts'
import { texts } from '../support/tasks.ts'
import { tasks } from './oracle/tasks.ts'

/** The scan's photographs once more, in a fileset of their own. */
async function addPhotographs(rig: Rig, id: string, metadata: JsonObject): Promise<void> {
  await rig.write(async (db) => {
    const fileset = await (await db.getScan('plant')).createFileset(id)
    for (const [file, text] of Object.entries({ a: 'one', b: 'two', c: 'three' })) {
      const made = await fileset.createFile(file)
      await made.write(new TextEncoder().encode(text), 'txt')
      await made.setMetadata(metadata)
    }
  })
}

const from = (source: string, rest: string) =>
  `[ImagesFilesetExists]\nfileset_id = "${source}"\n${rest}`

test('the same photographs in another fileset have the metadata that they have there', async () => {
  const rig = await Rig.make({ a: 'one', b: 'two', c: 'three' })
  await addPhotographs(rig, 'again', { camera: 'Canon' })
  await rig.run(from('images', '[Measure]'))
  const again = await rig.run(from('again', '[Measure]'))
  expect(again.ran).toEqual(['Measure'])
  expect(await rig.textOf('Measure')).toBe('a: Canon,b: Canon,c: Canon undefined')
  await rig.run(from('images', '[Measure]'))
  expect(await rig.textOf('Measure')).toBe('a: undefined,b: undefined,c: undefined undefined')
})

test('annotations of the same photographs elsewhere are those of the photographs of today', async () => {
  const rig = await Rig.make({ a: 'one', b: 'two', c: 'three' })
  await addPhotographs(rig, 'again', {})
  rig.tasks = tasks
  await rig.run(from('images', '[Place]'))
  await rig.run(from('again', '[Place]'))
  expect(await rig.textOf('Place')).toBe('a@3 b@3 c@5')
  expect((await rig.run(from('again', '[Place.query]\npose = 5\n'))).ran).toEqual(['Place'])
  expect(await rig.textOf('Place')).toBe('c@5')
})

test('annotations of a made fileset are laid over its twin of another version', async () => {
  const rig = await Rig.make({ a: 'one', b: 'two', c: 'three' })
  const toml = '[Gauge]\nupstream_task = "Upper"\n[Level]\nupstream_task = "Upper"\n'
  rig.tasks = tasks
  await rig.run(toml)
  const first = await rig.textOf('Level')
  rig.tasks = tasks.map((task) =>
    task.name === 'Upper' && task.is === 'computing' ? { ...task, version: 2 } : task,
  )
  expect((await rig.run(toml)).ran).toEqual(['Upper'])
  const [level] = await rig.filesets('Level')
  await rig.write(async (db) => (await db.getScan('plant')).deleteFileset(level))
  expect((await rig.run(toml)).ran).toEqual(['Level'])
  expect(await rig.textOf('Level')).toBe(first)
})

test('metadata that was taken from a photograph is not found in copies of it', async () => {
  const rig = await Rig.make({ a: { text: 'one', metadata: { camera: 'Sony' } } })
  await rig.run('[Measure]')
  writeFileSync(join(rig.path, 'plant/metadata/images/a.json'), '{}')
  expect((await rig.run('[Measure]')).ran).toEqual(['Measure'])
  expect(await rig.textOf('Measure')).toBe('a: undefined undefined')
})

test('an edit that was deleted with its fileset is not remembered', async () => {
  const rig = await Rig.make()
  await rig.run('[Join]')
  const [upper] = await rig.filesets('Upper')
  rig.edit(upper, 'b.txt', 'by hand')
  await rig.run('[Join]')
  expect(await rig.textOf('Join')).toBe('ONE by hand THREE')
  await rig.write(async (db) => (await db.getScan('plant')).deleteFileset(upper))
  const again = await rig.run('[Join]')
  expect(again.ran).toEqual([])
  expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
  rmSync(join(rig.path, 'plant', '.romi'), { recursive: true })
  expect((await rig.run('[Join]')).ran).toEqual([])
  expect(await rig.textOf('Join')).toBe('ONE TWO THREE')
})

test('what a step found to have no value is absent from the copies that files carry on', async () => {
  const rig = await Rig.make({ a: { text: 'one', metadata: { pose: 1, channel: 'rgb' } } })
  const lost = filesetArtifact<'lost', string>({
    name: 'lost',
    doc: 'photographs without a pose',
    read: () => Promise.resolve(''),
    write: async (id, output) => {
      await output.write('lost', { bytes: Buffer.from(id), extension: 'txt' })
      output.annotate({ fileset: 'images', file: id }, { pose: null })
    },
  })
  const lose = defineTask({
    name: 'Lose',
    version: 1,
    summary: 'Finds no pose.',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: {},
    annotates: true,
    output: lost,
    run: () => 'a',
  })
  const copy = defineTask({
    name: 'Copy',
    version: 1,
    summary: 'Copies texts.',
    inputs: {
      upstream_task: files(texts, { default: 'ImagesFilesetExists', reads: ['pose'] }),
      upstream_lose: annotations({ default: 'Lose' }),
    },
    params: {},
    output: texts,
    each: 'upstream_task',
    run: ({ file }) => JSON.stringify(file.metadata('pose')),
  })
  rig.tasks = [...rig.tasks, lose, copy]
  await rig.run('[Copy]')
  // The step itself still sees that there is none, whatever the photograph says.
  expect(await rig.textOf('Copy', 'a')).toBe('null')
  const [id] = await rig.filesets('Copy')
  const scan = await (await FSDB.open(rig.path)).getScan('plant')
  const file = await (await scan.getFileset(id)).getFile('a')
  expect(await file.getMetadata()).toEqual({ channel: 'rgb' })
})
