// What a definition promises: its types follow from it.
import { describe, expect, expectTypeOf, test } from 'vitest'
import { fileArtifact, filesetArtifact, type InputFile } from '../../src/task/artifact.ts'
import { libraryOf } from '../../src/task/library.ts'
import { param, significant, type Box } from '../../src/task/param.ts'
import { annotations, files, fileset, otherScan, readsOf } from '../../src/task/slot.ts'
import { defineTask, isTask } from '../../src/task/task.ts'

interface Picture {
  readonly width: number
}
const pictures = fileArtifact<'pictures', Picture>({
  name: 'pictures',
  doc: 'pictures',
  read: async (file) => ({ width: (await file.read()).length }),
  encode: (picture) => Promise.resolve({ bytes: new Uint8Array(picture.width), extension: 'bin' }),
})
const grid = filesetArtifact<'grid', number[]>({
  name: 'grid',
  doc: 'a grid',
  only: ['grid'],
  reads: { file: ['spacing'] },
  read: () => Promise.resolve([1]),
  write: () => Promise.resolve(),
})
const cloud = filesetArtifact<'cloud', string>({
  name: 'cloud',
  doc: 'a cloud',
  read: () => Promise.resolve('cloud'),
  write: () => Promise.resolve(),
})

const eachTask = defineTask({
  name: 'Shrink',
  version: 1,
  summary: 'Halves pictures.',
  inputs: {
    upstream_task: files(pictures, { default: 'ImagesFilesetExists', reads: ['channel'] }),
  },
  params: {
    factor: param.float({ default: 0.5, min: 0, max: 1, doc: 'by how much' }),
    query: param.query(),
  },
  output: pictures,
  each: 'upstream_task',
  run({ file, value, params, inputs }) {
    expectTypeOf(file).toEqualTypeOf<InputFile>()
    expectTypeOf(value).toEqualTypeOf<Picture>()
    expectTypeOf(params.factor).toEqualTypeOf<number>()
    expectTypeOf(inputs.upstream_task.read(file)).toEqualTypeOf<Promise<Picture>>()
    return { width: value.width * params.factor }
  },
})

const wholeTask = defineTask({
  name: 'Whole',
  version: 1,
  summary: 'Takes a grid or a cloud.',
  inputs: {
    upstream_task: fileset([grid, cloud], { default: 'Grid' }),
    upstream_colmap: annotations({ default: 'DummyTask', reads: { fileset: ['bounding_box'] } }),
    calibration: otherScan('Calibration', cloud, {}),
  },
  params: {
    bounding_box: param.box({ default: undefined, doc: 'the box' }),
    type: param.choice(['carving', 'averaging'], { default: 'carving', doc: 'how' }),
    threads: param.integer({ default: 1, doc: 'how many', significant: false }),
  },
  output: cloud,
  async run({ inputs, params }) {
    expectTypeOf(params.bounding_box).toEqualTypeOf<Box | undefined>()
    expectTypeOf(params.type).toEqualTypeOf<'carving' | 'averaging'>()
    const input = inputs.upstream_task
    if (input.artifact === 'grid') expectTypeOf(await input.read()).toEqualTypeOf<number[]>()
    else expectTypeOf(await input.read()).toEqualTypeOf<string>()
    expectTypeOf(await inputs.calibration?.read()).toEqualTypeOf<string | undefined>()
    return 'cloud'
  },
})

describe('a definition', () => {
  test('a definition is recognised as a task, also by another copy of the library', () => {
    expect(isTask(eachTask)).toBe(true)
    expect(isTask({ name: 'Shrink' })).toBe(false)
  })

  test('reads what its slots and their artifacts declare', () => {
    expect(readsOf(wholeTask.inputs.upstream_task, {})).toEqual({
      file: ['spacing'],
      fileset: [],
      scan: [],
    })
    expect(readsOf(eachTask.inputs.upstream_task, {}).file).toEqual(['channel'])
  })

  test('counts only significant parameters that have a value', () => {
    const values = { bounding_box: undefined, type: 'carving', threads: 8 }
    expect(significant(wholeTask.params, values)).toEqual({ type: 'carving' })
  })
})

describe('a parameter', () => {
  test('accepts JSON in a string where a table or a list is meant', () => {
    expect(param.query().schema.parse('{"channel":"rgb"}')).toEqual({ channel: 'rgb' })
    expect(param.numbers({ default: [], doc: '', length: 3 }).schema.parse('[0,1,0]')).toEqual([
      0, 1, 0,
    ])
  })

  test('refuses what is out of its range or of another type', () => {
    const threshold = param.float({ default: 0, min: -1, max: 2, doc: '' })
    expect(threshold.schema.safeParse(3).success).toBe(false)
    expect(threshold.schema.safeParse('half').success).toBe(false)
    expect(threshold.schema.safeParse('3').success).toBe(false)
    expect(threshold.expects).toBe('a number from -1 to 2')
  })
})

test('a library refuses two tasks of one name, and names with an underscore', () => {
  expect(() => libraryOf([eachTask, eachTask])).toThrow(
    expect.objectContaining({ code: 'task/duplicate-name' }),
  )
  expect(() => libraryOf([{ ...eachTask, name: 'My_Task' }])).toThrow(
    expect.objectContaining({ code: 'task/bad-name' }),
  )
})
