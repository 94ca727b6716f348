// What a step sees through a slot: files by query, metadata by rank, annotations, and what records tell.
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import type { JsonObject } from '../../src/base/types.ts'
import type { Annotations } from '../../src/plan/facts/annotations.ts'
import { digestOfSeen, fingerprint, see, type InputSource } from '../../src/plan/inputs/content.ts'
import {
  lineageOf,
  namesBetween,
  namesSince,
  renamedAnnotations,
  renamedFileset,
} from '../../src/plan/inputs/lineage.ts'
import { fileValue, filesetValue, type Lookup } from '../../src/plan/inputs/lookup.ts'
import { asksFiles, digestOfSelection, selectionOf } from '../../src/plan/inputs/selection.ts'
import { annotatedAsThen, fromDisk, fromRecord } from '../../src/plan/inputs/source.ts'
import type { FileFacts, FilesetFacts } from '../../src/plan/facts/facts.ts'
import type { ComputingStep } from '../../src/pipeline/pipeline.ts'
import { filesetArtifact } from '../../src/task/artifact.ts'
import { param } from '../../src/task/param.ts'
import { annotations, files as filesSlot, fileset as filesetSlot } from '../../src/task/slot.ts'
import { defineTask } from '../../src/task/task.ts'
import { MemoryScan } from '../support/memory-scan.ts'
import { digest, inputOf, recordWith, seenFile } from '../support/records.ts'
import { tasks, text, texts } from '../support/tasks.ts'

/** Metadata of files and filesets of a scan, by `fileset/file` and by fileset. */
const lookup = (
  known: Readonly<Record<string, JsonObject>>,
  more: Partial<Lookup> = {},
): Lookup => ({
  annotations: [],
  fileMetadata: ({ fileset, file }) => known[`${fileset}/${file}`],
  filesetMetadata: (id) => known[id],
  scanMetadata: {},
  measures: undefined,
  ...more,
})

const annotated = (entries: Readonly<Record<string, JsonObject>>): Annotations =>
  new Map(Object.entries(entries))

/** A mask `a`, made of `Blurred/a`, made of `images/a`. */
const mask = {
  id: 'a',
  lineage: [
    { fileset: 'Blurred', file: 'a' },
    { fileset: 'images', file: 'a' },
  ],
  metadata: { pose: 'copy', own: 'mask' },
  own: { own: 'mask' },
}

describe('a metadata value of a file', () => {
  test('is the photograph’s before that of what lies between, and the file’s own last', () => {
    const both = lookup({ 'images/a': { pose: 'photograph' }, 'Blurred/a': { pose: 'blurred' } })
    expect(fileValue('pose', 'Masks', mask, both)).toEqual({ value: 'photograph', from: 'source' })
    const between = lookup({ 'images/a': {}, 'Blurred/a': { pose: 'blurred' } })
    expect(fileValue('pose', 'Masks', mask, between)).toEqual({ value: 'blurred', from: 'source' })
    expect(fileValue('own', 'Masks', mask, both)).toEqual({ value: 'mask', from: 'file' })
    expect(fileValue('none', 'Masks', mask, both)).toBeUndefined()
  })

  test('is its copy only where the photograph is gone', () => {
    expect(fileValue('pose', 'Masks', mask, lookup({ 'images/a': {} }))).toBeUndefined()
    expect(fileValue('pose', 'Masks', mask, lookup({}))).toEqual({ value: 'copy', from: 'file' })
    // Of a photograph itself everything counts.
    const photograph = { id: 'a', lineage: [], metadata: { pose: 1 }, own: {} }
    expect(fileValue('pose', 'images', photograph, lookup({}))).toEqual({ value: 1, from: 'file' })
  })

  test('is what was annotated before all, nearest file first, then nearest step', () => {
    const near = annotated({ 'images/a': { pose: 'near' } })
    const far = annotated({ 'images/a': { pose: 'far', k: 1 }, 'Masks/a': { own: 'annotated' } })
    const all = lookup({ 'images/a': { pose: 'photograph' } }, { annotations: [near, far] })
    const found = (key: string) => fileValue(key, 'Masks', mask, all)
    expect(found('pose')).toEqual({ value: 'near', from: 'annotation' })
    expect(found('k')).toEqual({ value: 1, from: 'annotation' })
    expect(found('own')).toEqual({ value: 'annotated', from: 'annotation' })
    const onMask = annotated({ 'Masks/a': { pose: 'mask' } })
    const order = lookup({}, { annotations: [near, onMask] })
    expect(fileValue('pose', 'Masks', mask, order)).toMatchObject({ value: 'mask' })
    // `null` is what a step found: that there is none.
    const none = lookup({}, { annotations: [annotated({ 'images/a': { pose: null } })] })
    expect(fileValue('pose', 'Masks', mask, none)).toEqual({ value: null, from: 'annotation' })
  })

  test('is none that every object has', () => {
    const all = lookup({ 'images/a': {} }, { annotations: [annotated({ 'images/a': {} })] })
    expect(fileValue('toString', 'Masks', mask, all)).toBeUndefined()
  })
})

describe('a metadata value of a fileset', () => {
  const masks = {
    lineage: ['Blurred', 'images'],
    metadata: { unit: 'copy', own: 1 },
    own: { own: 1 },
  }

  test('is that of the photographs, else its own, and its copy where they are gone', () => {
    const value = (key: string, known: Readonly<Record<string, JsonObject>>) =>
      filesetValue(key, masks, lookup(known))
    expect(value('unit', { images: { unit: 'mm' }, Blurred: { unit: 'cm' } })).toBe('mm')
    expect(value('unit', { images: {}, Blurred: { unit: 'cm' } })).toBe('cm')
    expect(value('own', { images: { unit: 'mm' } })).toBe(1)
    expect(value('unit', { images: {} })).toBeUndefined()
    expect(value('unit', {})).toBe('copy')
    expect(filesetValue('unit', { ...masks, lineage: [] }, lookup({}))).toBe('copy')
  })
})

/** A file of a fileset on the disk. */
const fileFacts = (id: string, told: Partial<FileFacts> = {}): FileFacts => ({
  id,
  filename: `${id}.txt`,
  path: `/${id}`,
  digest: digest(id),
  metadata: told.own ?? {},
  own: {},
  lineage: [],
  ...told,
})
const filesetFacts = (files: readonly FileFacts[], told: Partial<FilesetFacts> = {}) => ({
  id: 'images',
  metadata: {},
  own: {},
  lineage: [],
  maker: undefined,
  files,
  gone: [],
  unusable: [],
  ...told,
})
const reading = (file: readonly string[], told: object = {}) => ({
  only: undefined,
  query: {},
  reads: { file, fileset: [], scan: [] },
  measures: false,
  ...told,
})

describe('through a slot', () => {
  const rgb = { channel: 'rgb', pose: 1 }
  const images = filesetFacts(
    [
      fileFacts('c', { own: { channel: 'rgb' } }),
      fileFacts('a', { own: rgb }),
      fileFacts('b', { own: { channel: 'mask' }, filename: 'b.tar.gz' }),
    ],
    { metadata: { box: [1] }, own: { box: [1] } },
  )
  const source = fromDisk(images, lookup({}, { scanMetadata: { unit: 'mm' }, measures: { k: 1 } }))

  test('files are seen in the order of their ids, with the values that are read', () => {
    const { seen, values, passedOver, excluded } = see(source, reading(['pose', 'none']))
    expect(seen).toEqual({
      files: [
        seenFile('a', { metadata: { pose: '1' } }),
        seenFile('b', { extension: 'tar.gz' }),
        seenFile('c'),
      ],
      fileset: {},
      scan: {},
    })
    expect(values).toEqual({ files: [{ pose: 1 }, {}, {}], fileset: {}, scan: {} })
    expect([passedOver, excluded]).toEqual([[], []])
  })

  test('a query passes files over, and keeps the values that it asked of them', () => {
    const query = { channel: 'rgb' }
    const { seen, values, passedOver } = see(source, reading(['pose'], { query }))
    expect(seen.files.map(({ id, metadata }) => [id, metadata])).toEqual([
      ['a', { pose: '1' }],
      ['c', {}],
    ])
    expect(values.files).toEqual([{ pose: 1 }, {}])
    expect(passedOver).toEqual([
      seenFile('b', { extension: 'tar.gz', metadata: { channel: '"mask"' } }),
    ])
    const both = { channel: 'rgb', pose: 1 }
    expect(see(source, reading([], { query: both })).seen.files.map(({ id }) => id)).toEqual(['a'])
  })

  test('only the files that make up what is read count', () => {
    const { seen, passedOver } = see(source, reading([], { only: ['b'] }))
    expect(seen.files.map(({ id }) => id)).toEqual(['b'])
    expect(passedOver).toEqual([])
  })

  test('metadata of fileset and scan are seen, and the measures if they are asked for', () => {
    const reads = { file: [], fileset: ['box', 'none'], scan: ['unit', 'none'] }
    const { seen, values } = see(source, { ...reading([]), reads, measures: true })
    expect(seen).toMatchObject({
      fileset: { box: '[1]' },
      scan: { unit: '"mm"' },
      measures: '{"k":1}',
    })
    expect(values).toMatchObject({ fileset: { box: [1] }, scan: { unit: 'mm' } })
    expect(see(source, reading([])).seen).not.toHaveProperty('measures')
    const unmeasured = fromDisk(images, lookup({}))
    expect(see(unmeasured, reading([], { measures: true })).seen).not.toHaveProperty('measures')
  })

  test('nothing is seen where there is no fileset', () => {
    const reads = { file: ['pose'], fileset: ['box'], scan: ['unit'] }
    const nothing = fromDisk(undefined, lookup({}, { scanMetadata: { unit: 'mm' } }))
    expect(see(nothing, { ...reading([]), reads }).seen).toEqual({
      files: [],
      fileset: {},
      scan: { unit: '"mm"' },
    })
  })

  test('what somebody left out is not seen, nor what descends from it', () => {
    const made = filesetFacts(
      [
        fileFacts('a', { lineage: [{ fileset: 'images', file: 'a' }] }),
        fileFacts('b', { lineage: [{ fileset: 'images', file: 'b' }] }),
        fileFacts('c', { own: { excluded: 'blurred' } }),
        fileFacts('d', { own: { excluded: false } }),
      ],
      { id: 'Masks' },
    )
    const known = lookup({ 'images/a': { excluded: true }, 'images/b': {} })
    const { seen, excluded } = see(fromDisk(made, known), reading([]))
    expect(seen.files.map(({ id }) => id)).toEqual(['b', 'd'])
    expect(excluded).toEqual(['a', 'c'])
  })

  test('it is kept what was annotated, and what a file with a lineage has itself alone', () => {
    const lineage = [{ fileset: 'images', file: 'a' }]
    const made = filesetFacts([fileFacts('a', { own: { k: 1, pose: 0 }, lineage })], {
      id: 'Masks',
    })
    const known = lookup(
      { 'images/a': { channel: 'rgb' } },
      { annotations: [annotated({ 'images/a': { pose: 5 } })] },
    )
    expect(see(fromDisk(made, known), reading(['pose', 'channel', 'k'])).seen.files).toEqual([
      seenFile('a', {
        metadata: { pose: '5', channel: '"rgb"', k: '1' },
        lineage,
        annotated: ['pose'],
        own: ['k'],
      }),
    ])
  })
})

describe('what is seen', () => {
  const of = (told: object = {}) => ({ files: [seenFile('a')], fileset: {}, scan: {}, ...told })

  test('is known by content, never by lineage', () => {
    const known = digestOfSeen(of())
    const lineage = [{ fileset: 'images', file: 'a' }]
    expect(digestOfSeen(of({ files: [seenFile('a', { lineage, annotated: ['k'] })] }))).toBe(known)
    const others = [
      of({ files: [seenFile('b', { digest: digest('a') })] }),
      of({ files: [seenFile('a', { extension: 'png' })] }),
      of({ files: [seenFile('a', { digest: digest('b') })] }),
      of({ files: [seenFile('a', { metadata: { k: '1' } })] }),
      of({ files: [] }),
      of({ fileset: { k: '1' } }),
      of({ scan: { k: '1' } }),
      of({ measures: '{}' }),
    ]
    expect(new Set([known, ...others.map(digestOfSeen)]).size).toBe(others.length + 1)
  })

  test('has short values as they are, long ones by their digest', () => {
    const value = 'x'.repeat(62)
    expect(fingerprint(value)).toBe(`"${value}"`)
    expect(fingerprint(`${value}x`)).toBe(sha256(`"${value}x"`))
    expect(fingerprint({ b: 1, a: [true, null] })).toBe('{"a":[true,null],"b":1}')
  })
})

describe('what a record remembers of files that are gone', () => {
  const lineage = [{ fileset: 'images', file: 'a' }]
  const was = (told: object = {}) =>
    inputOf(
      {
        files: [
          seenFile('a', { lineage, metadata: { pose: '1', own: '2' }, own: ['own'], ...told }),
        ],
      },
      { fileset: 'Masks', lineage: ['images'] },
    )
  const value = (
    source: InputSource,
    key: string,
  ): { readonly text: string; readonly from: string } | undefined => {
    const found = source.fileValue(key, 0)
    return found && { text: found.text, from: found.from }
  }
  const none = new Map<string, string>()

  test('is what the photographs say today, and of its own what it was', () => {
    const today = fromRecord(was(), none, lookup({ 'images/a': { pose: 5 } }), false)
    // Of what only a record tells, there is no value that a job could read.
    expect(see(today, reading(['pose', 'own'])).values).toStrictEqual({
      files: [{ pose: 5 }],
      fileset: {},
      scan: {},
    })
    expect(value(today, 'pose')).toEqual({ text: '5', from: 'source' })
    expect(value(today, 'own')).toEqual({ text: '2', from: 'file' })
    expect(value(today, 'none')).toBeUndefined()
  })

  test('is nothing of what a photograph had then and has no more', () => {
    expect(
      value(fromRecord(was(), none, lookup({ 'images/a': {} }), false), 'pose'),
    ).toBeUndefined()
    // What it did not have, or a damaged record says of it, is nothing either.
    expect(value(fromRecord(was(), none, lookup({}), false), 'none')).toBeUndefined()
    expect(
      value(fromRecord(was({ annotated: ['none'] }), none, lookup({}), true), 'none'),
    ).toBeUndefined()
    expect(
      value(fromRecord(was({ own: undefined }), none, lookup({ 'images/a': {} }), false), 'own'),
    ).toBeUndefined()
    // Where the photograph is gone as well, the record is all that there is.
    expect(value(fromRecord(was(), none, lookup({}), false), 'pose')).toEqual({
      text: '1',
      from: 'file',
    })
  })

  test('is what was annotated then, only while the annotations are the same', () => {
    const record = was({ annotated: ['pose'] })
    const known = { 'images/a': {} }
    const now = lookup(known, { annotations: [annotated({ 'images/a': { pose: 7 } })] })
    expect(value(fromRecord(record, none, now, true), 'pose')).toEqual({
      text: '1',
      from: 'annotation',
    })
    expect(value(fromRecord(record, none, now, false), 'pose')).toEqual({
      text: '7',
      from: 'annotation',
    })
    expect(value(fromRecord(record, none, lookup(known), false), 'pose')).toBeUndefined()
    expect(value(fromRecord(record, none, lookup({}), false), 'pose')).toBeUndefined()
    // Of a key that was not annotated then nothing is, though another step annotates it by now.
    expect(value(fromRecord(was(), none, now, true), 'pose')).toBeUndefined()
  })

  test('is looked up under the names that its filesets bear today', () => {
    const names = new Map([
      ['images', 'again'],
      ['Masks', 'Masks_2'],
    ])
    const known = lookup(
      { 'again/a': { pose: 9 }, again: { unit: 'mm' } },
      { annotations: [annotated({ 'Masks_2/a': { k: 1 } })] },
    )
    const source = fromRecord(was(), names, known, false)
    expect(source.files[0].lineage).toEqual([{ fileset: 'again', file: 'a' }])
    expect(value(source, 'pose')).toEqual({ text: '9', from: 'source' })
    expect(value(source, 'k')).toEqual({ text: '1', from: 'annotation' })
    expect(source.filesetValue('unit')).toMatchObject({ text: '"mm"' })
  })

  test('are files that the query chose and those that it passed over, by id', () => {
    const input = inputOf(
      { files: [seenFile('c'), seenFile('a')] },
      { passedOver: [seenFile('b')] },
    )
    const source = fromRecord(input, none, lookup({}), false)
    expect(source.files.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
  })

  test('is left out where the photograph is by now', () => {
    const excluded = lookup({ 'images/a': { excluded: true } })
    expect(fromRecord(was(), none, excluded, false).isExcluded(0)).toBe(true)
    expect(fromRecord(was(), none, lookup({}), false).isExcluded(0)).toBe(false)
  })

  test('of the fileset is what it was only where its photographs are gone', () => {
    const input = inputOf({ fileset: { unit: '"mm"' } }, { fileset: 'Masks', lineage: ['images'] })
    const unit = (known: Readonly<Record<string, JsonObject>>) =>
      fromRecord(input, none, lookup(known), false).filesetValue('unit')
    expect(unit({})).toEqual({ text: '"mm"' })
    expect(unit({ images: {} })).toBeUndefined()
    expect(unit({ images: { unit: 'cm' } })).toMatchObject({ text: '"cm"', value: 'cm' })
    expect(fromRecord(input, none, lookup({}), false).filesetValue('box')).toBeUndefined()
  })
})

test('annotations that are gone are those that a record remembers, over what lies on the disk', () => {
  const images = filesetFacts([
    fileFacts('a', { own: { pose: 1, k: 1 } }),
    fileFacts('b', { own: { pose: 2 } }),
    fileFacts('c', { own: { pose: 3 } }),
  ])
  const input = inputOf(
    { files: [seenFile('a', { metadata: { pose: '10', k: '9' }, annotated: ['pose'] })] },
    { passedOver: [seenFile('b', { metadata: { pose: '20' }, annotated: ['pose'] })] },
  )
  const now = lookup({}, { annotations: [annotated({ 'images/c': { pose: 99 } })] })
  const source = annotatedAsThen(images, input, now)
  const told = (key: string) =>
    images.files.map((_, index) => {
      const found = source.fileValue(key, index)
      return found && [found.text, found.from]
    })
  expect(told('pose')).toEqual([
    ['10', 'annotation'],
    ['20', 'annotation'],
    ['3', 'file'],
  ])
  expect(told('k')).toEqual([['1', 'file'], undefined, undefined])
})

describe('names of today', () => {
  test('pair two lineages of one length, where they differ', () => {
    expect(namesBetween(['a', 'b', 'c'], ['a', 'B', ''])).toEqual(new Map([['b', 'B']]))
    expect(namesBetween(['a', 'b'], ['A'])).toEqual(new Map())
    expect(namesBetween([], [])).toEqual(new Map())
  })

  test('are those of all inputs of a record', () => {
    const record = recordWith({
      inputs: {
        one: inputOf({}, { fileset: 'Masks_1', lineage: ['images'] }),
        two: inputOf({}, { fileset: 'Other', lineage: [] }),
        three: inputOf({}),
      },
    })
    const resolved = { one: { lineage: ['Masks_2', 'again'] }, three: { lineage: [] } }
    expect(namesSince(record, resolved)).toEqual(
      new Map([
        ['Masks_1', 'Masks_2'],
        ['images', 'again'],
      ]),
    )
    expect(lineageOf({ lineage: ['images'] })).toEqual([])
    expect(lineageOf({ fileset: 'Masks', lineage: ['images'] })).toEqual(['Masks', 'images'])
  })

  test('are borne by lineages and annotations', () => {
    const names = new Map([['images', 'again']])
    const ref = (fileset: string) => [{ fileset, file: 'a/b' }]
    const fileset = filesetFacts([fileFacts('a', { lineage: ref('images') })], {
      lineage: ['Blurred', 'images'],
    })
    expect(renamedFileset(fileset, names)).toEqual({
      ...fileset,
      lineage: ['Blurred', 'again'],
      files: [fileFacts('a', { lineage: ref('again') })],
    })
    const of = annotated({ 'images/a/b': { pose: 1 }, 'Masks/c': { pose: 2 } })
    expect(renamedAnnotations(of, names)).toEqual(
      annotated({ 'again/a/b': { pose: 1 }, 'Masks/c': { pose: 2 } }),
    )
  })
})

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
