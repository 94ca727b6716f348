// Metadata values of files and filesets, by rank.
import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../../src/base/types.ts'
import { fileValue, filesetValue } from '../../../src/plan/inputs/lookup.ts'
import { annotated, lookup } from '../../support/facts.ts'

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
