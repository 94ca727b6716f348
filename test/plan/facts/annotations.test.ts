// Annotations as files, photographs that metadata leave out, and copies told from what is a file’s own.
import { describe, expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/base/types.ts'
import { formatAnnotations, readAnnotations } from '../../../src/plan/facts/annotations.ts'
import { ownByFile, ownMetadata } from '../../../src/plan/facts/read-fileset.ts'
import { withoutInherited } from '../../../src/plan/facts/copies.ts'
import { exclusionIn, isExcluded } from '../../../src/plan/facts/excluded.ts'
import { recordWith } from '../../support/records.ts'

describe('annotations', () => {
  const read = (text: string) =>
    readAnnotations({
      id: 'annotations',
      filename: 'annotations.json',
      path: '/annotations.json',
      read: () => Promise.resolve(new TextEncoder().encode(text)),
    })

  test('are read as they were written, by fileset and file', async () => {
    const text = formatAnnotations({ images: { a: { pose: [1] }, b: {} }, Masks: {} })
    expect(text).toContain('\n  "images"')
    expect(await read(text)).toEqual(
      new Map<string, JsonObject>([
        ['images/a', { pose: [1] }],
        ['images/b', {}],
      ]),
    )
  })

  test.each(['{', '[]', '{"images":[]}', '{"images":{"a":1}}', 'null'])(
    'that are no maps of maps are damaged: %s',
    async (text) => {
      await expect(read(text)).rejects.toMatchObject({
        code: 'store/annotations-damaged',
        facts: { path: '/annotations.json' },
        message: expect.stringContaining('/annotations.json'),
      })
    },
  )
})

describe('what metadata say of a photograph that is left out', () => {
  test.each<[Json, unknown]>([
    [true, {}],
    ['blurred', { why: 'blurred' }],
    [
      { why: 'blurred', by: 'me', date: '2026', more: 1 },
      { why: 'blurred', by: 'me', date: '2026' },
    ],
    [{ why: '', by: 3 }, {}],
    [1, {}],
    [[], {}],
  ])('%j leaves it out', (excluded, told) => {
    expect(exclusionIn({ excluded })).toEqual(told)
    expect(isExcluded({ excluded })).toBe(true)
  })

  test.each<Json>([false, null, '', 0])('%j leaves nothing out', (excluded) => {
    expect(exclusionIn({ excluded })).toBeUndefined()
    expect(isExcluded({ excluded })).toBe(false)
    expect(isExcluded({})).toBe(false)
  })
})

test('copies are told from what is a file’s own', () => {
  const metadata = { pose: 1, channel: 'rgb' }
  expect(withoutInherited(metadata, ['pose', 'unit'])).toEqual({ channel: 'rgb' })
  expect(withoutInherited(metadata, ['unit'])).toBe(metadata)
  expect(withoutInherited(metadata, [])).toBe(metadata)
})

test('copies are carried by what a record says, or by what was made of photographs', () => {
  const metadata = { unit: 'mm', made: 1 }
  expect(ownMetadata(metadata, recordWith({ lineage: ['images'] }))).toEqual({ made: 1 })
  expect(ownMetadata(metadata, recordWith())).toBe(metadata)
  expect(ownMetadata(metadata, undefined)).toBe(metadata)
  const files = new Map([['a', { pose: 1, made: 2 }]])
  const own = ownByFile(files, recordWith({ carried: ['pose'] }))
  expect(own).toEqual(new Map([['a', { made: 2 }]]))
  expect(ownByFile(files, recordWith())).toBe(files)
  expect(ownByFile(files, undefined)).toBe(files)
})
