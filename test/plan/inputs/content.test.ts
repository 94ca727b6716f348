// What a step sees through a slot: files by query, with the metadata that they are read with.
import { describe, expect, test } from 'vitest'
import { sha256 } from '../../../src/base/digest.ts'
import { digestOfSeen, fingerprint, see } from '../../../src/plan/inputs/content.ts'
import { fromDisk } from '../../../src/plan/inputs/source.ts'
import { digest, seenFile } from '../../support/records.ts'
import { annotated, fileFacts, filesetFacts, lookup, reading } from '../../support/facts.ts'

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
