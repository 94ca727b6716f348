// The names that filesets of a lineage bear today.
import { describe, expect, test } from 'vitest'
import {
  lineageOf,
  namesBetween,
  namesSince,
  renamedAnnotations,
  renamedFileset,
} from '../../../src/plan/inputs/lineage.ts'
import { inputOf, recordWith } from '../../support/records.ts'
import { annotated, fileFacts, filesetFacts } from '../../support/facts.ts'

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
