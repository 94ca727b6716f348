// What the jobs of a step are given, and what its record will say: from a plan on a scan in memory.
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/base/types.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { fileKeysOf } from '../../src/plan/file-keys.ts'
import { InputResolver } from '../../src/plan/inputs/resolve.ts'
import { carriedByEach, givenMetadata, partOf, prepareStep } from '../../src/run/prepare.ts'
import { param } from '../../src/task/param.ts'
import { files, fileset } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { digest } from '../support/records.ts'
import { tasks, text, texts } from '../support/tasks.ts'

/** A step that is ready, prepared. */
async function prepared(
  scan: MemoryScan,
  toml: string,
  name: string,
  isTaken: (name: string) => boolean = () => false,
) {
  const plan = await scan.planned(toml)
  const ready = plan.get(name)!.ready!
  const step = scan.pipeline(toml).steps.get(name) as ComputingStep
  const resolver = new InputResolver(scan, scan.pipeline(toml).settings.unit)
  return prepareStep(step, ready, resolver, (above) => `what ${above} makes`, isTaken)
}
const rgb = (pose: number): JsonObject => ({ channel: 'rgb', pose })
const photographs = {
  b: { text: 'two', metadata: rgb(2) },
  a: { text: 'one', metadata: rgb(1) },
}

describe('a step that works file by file', () => {
  test('has an item a photograph, and no files in its slot', async () => {
    const scan = new MemoryScan(photographs)
    scan.put('images', {}, { unit: 'mm', by: 'me' })
    const of = await prepared(scan, '[Upper]\nsuffix = "!"', 'Upper')
    const keys = fileKeysOf(of.step, 'upstream_task', of.ready.inputs)
    const item = (id: string, word: string, pose: number) => ({
      id,
      key: keys.get(id),
      reads: {
        id,
        filename: `${id}.txt`,
        path: `/${id}`,
        digest: digest(word),
        lineage: [],
        metadata: { channel: 'rgb' },
      },
      inherited: rgb(pose),
      lineage: [{ fileset: 'images', file: id }],
    })
    expect(of).toMatchObject({ name: expect.stringMatching(/^Upper_/), inherited: { unit: 'mm' } })
    expect(of.inherited).not.toHaveProperty('by')
    expect(of.items).toStrictEqual([item('a', 'one', 1), item('b', 'two', 2)])
    expect(of.inputs).toStrictEqual({
      upstream_task: {
        task: 'ImagesFilesetExists',
        artifact: 'what ImagesFilesetExists makes',
        fileset: 'images',
        isMade: false,
        files: [],
        filesetMetadata: {},
        scanMetadata: {},
        declared: { file: ['channel'], fileset: [], scan: [] },
      },
    })
    expect(carriedByEach(of)).toBe(0)
    const [first] = of.items!
    const { key, inherited } = first
    expect(partOf(of, [first])).toStrictEqual({
      inputs: { upstream_task: { ...of.inputs['upstream_task'], files: [first.reads] } },
      items: [{ id: 'a', key, inherited }],
    })
  })

  test('carries on what was annotated, less what was found to have no value', async () => {
    const scan = new MemoryScan(photographs)
    await scan.make('[Locate]')
    const found = new Map<string, JsonObject>([
      ['images/a', { pose: 9, shutter: null }],
      ['images/b', { pose: null }],
    ])
    scan.annotations = () => Promise.resolve(found)
    const of = await prepared(scan, '[Locate]\n[Warp]', 'Warp')
    expect(of.items!.map(({ inherited }) => inherited)).toEqual([
      { channel: 'rgb', pose: 9 },
      { channel: 'rgb' },
    ])
    // What is null by its own metadata stays so.
    scan.put('images', { c: { text: 'three', metadata: { gain: null } } })
    const more = await prepared(scan, '[Locate.romi]\nadopt = "Locate"\n[Upper]', 'Upper')
    expect(more.items!.map(({ inherited }) => inherited)[2]).toEqual({ gain: null })
  })

  test('carries on metadata of the photographs before copies of them', async () => {
    const scan = new MemoryScan(photographs)
    const toml = '[Upper]\n[Draining]\nupstream_task = "Upper"\n'
    await scan.make('[Upper]')
    scan.put('images', { a: { text: 'one', metadata: { channel: 'rgb', pose: 5 } } })
    const of = await prepared(scan, toml, 'Draining')
    expect(of.items!.map(({ id, inherited }) => [id, inherited['pose']])).toEqual([
      ['a', 5],
      ['b', 2],
    ])
    expect(of.items![0].lineage.map(({ fileset: above }) => above.split('_')[0])).toEqual([
      'Upper',
      'images',
    ])
    expect(of.inputs['upstream_task'].isMade).toBe(true)
  })
})

describe('a step that works on all', () => {
  test('has no items, and the files in its slot', async () => {
    const scan = new MemoryScan(photographs)
    await scan.make('[Upper]')
    const of = await prepared(scan, '[Upper]\n[Join]', 'Join')
    expect([of.items, of.inherited]).toEqual([undefined, {}])
    expect(of.inputs['upstream_task'].files.map(({ id }) => id)).toEqual(['a', 'b'])
    expect(carriedByEach(of)).toBe(2)
    expect(partOf(of, [])).toStrictEqual({ inputs: of.inputs })
  })

  test('is given measures where it asks for them and there are some', async () => {
    const measuring = defineTask({
      name: 'Measuring',
      version: 1,
      summary: '',
      inputs: {
        upstream_task: files(texts, { default: 'ImagesFilesetExists', measures: true }),
        beside: files(texts, { default: 'ImagesFilesetExists' }),
      },
      params: {},
      output: text,
      run: () => '',
    })
    const scan = new MemoryScan(photographs)
    scan.tasks = [...tasks, measuring]
    const slotsOf = async () => (await prepared(scan, '[Measuring]', 'Measuring')).inputs
    expect((await slotsOf())['upstream_task']).not.toHaveProperty('measures')
    scan.measures = { angles: [137] }
    const { upstream_task: asking, beside } = await slotsOf()
    expect(asking).toMatchObject({ measures: { angles: [137] } })
    expect(beside).not.toHaveProperty('measures')
  })

  test('is not given a slot that nothing fills', async () => {
    const scan = new MemoryScan(photographs)
    expect((await prepared(scan, '[Borrow]', 'Borrow')).inputs).toEqual({})
  })
})

test('a name is another where it is taken, but not by the fileset that makes room', async () => {
  const scan = new MemoryScan(photographs)
  await scan.make('[Upper]')
  const [upper] = scan.filesets('Upper')
  scan.lose(upper, 'a')
  expect((await prepared(scan, '[Upper]', 'Upper', (name) => name === upper)).name).toBe(upper)
  const other = await prepared(
    new MemoryScan(photographs),
    '[Upper]',
    'Upper',
    (name) => name === upper,
  )
  expect(other.name).toHaveLength(upper.length + 2)
})

test('metadata that a task gives its files depend on its parameters', () => {
  const giving = defineTask({
    name: 'Giving',
    version: 1,
    summary: '',
    inputs: { upstream_task: files(texts, { default: 'ImagesFilesetExists' }) },
    params: { word: param.string({ default: 'x', doc: '' }) },
    output: texts,
    each: 'upstream_task',
    fileMetadata: ({ word }) => ({ channel: word }),
    run: ({ value }) => value,
  })
  const plain = defineTask({
    name: 'Plain',
    version: 1,
    summary: '',
    inputs: { upstream_task: fileset(text, { default: 'Join' }) },
    params: {},
    output: text,
    run: () => '',
  })
  const scan = new MemoryScan()
  scan.tasks = [...tasks, giving, plain]
  const { steps } = scan.pipeline('[Giving]\nword = "y"\n[Plain]')
  expect(givenMetadata(steps.get('Giving') as ComputingStep)).toEqual({ channel: 'y' })
  expect(givenMetadata(steps.get('Plain') as ComputingStep)).toEqual({})
})
