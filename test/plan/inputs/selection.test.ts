// What a slot takes of a fileset: by query, by declared metadata, or by the ids of a whole.
import { describe, expect, test } from 'vitest'
import { asksFiles, digestOfSelection, selectionOf } from '../../../src/plan/inputs/selection.ts'
import type { ComputingStep } from '../../../src/pipeline/pipeline.ts'
import { filesetArtifact } from '../../../src/task/artifact.ts'
import { param } from '../../../src/task/param.ts'
import { annotations, files as filesSlot, fileset as filesetSlot } from '../../../src/task/slot.ts'
import { defineTask } from '../../../src/task/task.ts'
import { MemoryScan } from '../../support/memory-scan.ts'
import { tasks, text, texts } from '../../support/tasks.ts'
import { reading } from '../../support/facts.ts'

describe('how a slot chooses', () => {
  const scan = new MemoryScan()
  const step = (toml: string, name: string) => scan.pipeline(toml).steps.get(name) as ComputingStep

  test('is by query and declared metadata of its files, or by the ids of a whole', () => {
    expect(selectionOf(step('[Upper.query]\nchannel = "rgb"', 'Upper'), 'upstream_task')).toEqual({
      only: undefined,
      query: { channel: 'rgb' },
      reads: { file: ['channel'], fileset: [], scan: [] },
      measures: false,
    })
    expect(selectionOf(step('[Count]', 'Count'), 'upstream_task')).toMatchObject({
      only: ['text'],
      query: {},
    })
    const place = step('[Place.query]\nchannel = "rgb"', 'Place')
    expect(selectionOf(place, 'upstream_task')).toMatchObject({ query: { channel: 'rgb' } })
    expect(selectionOf(place, 'upstream_locate')).toEqual({
      only: [],
      query: {},
      reads: { file: [], fileset: [], scan: [] },
      measures: false,
    })
    expect(selectionOf(step('[Evaluate]', 'Evaluate'), 'ground_truth').measures).toBe(true)
  })

  test('is by the files of all that a slot takes, or by none', () => {
    const other = filesetArtifact<'other', string>({
      name: 'other',
      doc: '',
      only: ['z', 'a'],
      read: () => Promise.resolve(''),
      write: () => Promise.resolve(),
    })
    const { only: _all, ...any } = other
    const both = (second: typeof other) =>
      defineTask({
        name: 'Both',
        version: 1,
        summary: '',
        inputs: {
          upstream_task: filesetSlot([text, second], { default: 'Join' }),
          extra: annotations({ default: 'Locate' }),
        },
        params: {},
        output: text,
        run: () => '',
      })
    const onlyOf = (second: typeof other) => {
      const library = new MemoryScan()
      library.tasks = [...tasks, both(second)]
      const of = library.pipeline('[Both]').steps.get('Both') as ComputingStep
      return selectionOf(of, 'upstream_task').only
    }
    expect(onlyOf(other)).toEqual(['a', 'text', 'z'])
    expect(onlyOf(any)).toBeUndefined()
  })

  test('is by the query for the first slot of files, wherever that stands', () => {
    const late = new MemoryScan()
    late.tasks = [
      ...tasks,
      defineTask({
        name: 'Late',
        version: 1,
        summary: '',
        inputs: {
          whole: filesetSlot(text, { default: 'Join' }),
          first: filesSlot(texts, { default: 'Upper' }),
          second: filesSlot(texts, { default: 'Upper' }),
        },
        params: { query: param.query() },
        output: text,
        run: () => '',
      }),
    ]
    const of = late.pipeline('[Late.query]\nchannel = "rgb"\n').steps.get('Late') as ComputingStep
    const queries = ['whole', 'first', 'second'].map((slot) => selectionOf(of, slot).query)
    expect(queries).toEqual([{}, { channel: 'rgb' }, {}])
  })

  test('takes metadata of files where it queries or reads them', () => {
    expect(asksFiles(reading([]))).toBe(false)
    expect(asksFiles(reading(['pose']))).toBe(true)
    expect(asksFiles(reading([], { query: { channel: 'rgb' } }))).toBe(true)
  })

  test('is known by all that it says', () => {
    const reads = { file: [], fileset: ['box'], scan: [] }
    const all = [
      reading([]),
      reading(['pose']),
      reading([], { only: [] }),
      reading([], { only: ['a'] }),
      reading([], { query: { channel: 'rgb' } }),
      reading([], { measures: true }),
      reading([], { reads }),
    ].map(digestOfSelection)
    expect(new Set(all).size).toBe(all.length)
    expect(digestOfSelection(reading([]))).toBe(all[0])
  })
})
