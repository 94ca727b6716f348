// What records tell of files that are gone, and annotations of another time over what lies on the disk.
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/base/types.ts'
import { see, type InputSource } from '../../../src/plan/inputs/content.ts'
import { annotatedAsThen, fromRecord } from '../../../src/plan/inputs/source.ts'
import { inputOf, seenFile } from '../../support/records.ts'
import { annotated, fileFacts, filesetFacts, lookup, reading } from '../../support/facts.ts'

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
