// Metadata files: read as maps or named as damaged, changed key by key.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { realDisk } from '../../src/base/system.ts'
import {
  metadataBytes,
  metadataUpdate,
  noMetadata,
  parseMetadata,
  pick,
  updateMetadata,
  withoutKey,
  type MetadataEdit,
} from '../../src/fsdb/metadata.ts'

test('a metadata file is a map; any other text is damaged, and told with its path', () => {
  expect(parseMetadata('{"a": [1, NaN]}', '/p')).toEqual({ a: [1, null] })
  for (const [text, why, hasCause] of [
    ['{', 'is no valid JSON', true],
    ['', 'is no valid JSON', true],
    ['[]', 'is no map of keys and values', false],
    ['null', 'is no map of keys and values', false],
  ] as const) {
    let thrown: unknown
    try {
      parseMetadata(text, '/p')
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({
      code: 'store/metadata-damaged',
      message: `/p ${why}: mend or remove this file`,
      facts: { path: '/p' },
    })
    expect((thrown as Error).cause instanceof SyntaxError).toBe(hasCause)
  }
})

test('metadata are set as a map or by key, of JSON values only', () => {
  expect(metadataUpdate({ a: 1 }, undefined)).toEqual({ a: 1 })
  expect(metadataUpdate('a', 1)).toEqual({ a: 1 })
  expect(() => metadataUpdate('a', undefined)).toThrow('the value of "a"')
  expect(() => metadataUpdate([] as never, undefined)).toThrow('the metadata')
})

test('metadata are asked for as a whole, by key, or with a value for what is not there', () => {
  const metadata = { a: 1, none: null }
  expect(pick(metadata, undefined)).toBe(metadata)
  expect(pick(metadata, 'a')).toBe(1)
  expect(pick(metadata, 'none', 2)).toBeNull()
  expect(pick(metadata, 'b')).toBeUndefined()
  expect(pick(metadata, 'b', 2)).toBe(2)
  expect(pick(metadata, 'toString', 2)).toBe(2)
  expect(noMetadata).toEqual({})
})

test('a change is laid over what is there, or makes something of it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'romi-metadata-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'images.json')
  let guarded = 0
  const changed = async (change: MetadataEdit): Promise<unknown> => {
    await updateMetadata(realDisk, path, folder, change, () => void guarded++)
    return JSON.parse(readFileSync(path, 'utf8'))
  }
  expect(await changed({ a: 1, b: 1 })).toEqual({ a: 1, b: 1 })
  expect(await changed({ b: 2, c: 3 })).toEqual({ a: 1, b: 2, c: 3 })
  expect(await changed(withoutKey('b'))).toEqual({ a: 1, c: 3 })
  expect(await changed((old) => ({ was: old }))).toEqual({ was: { a: 1, c: 3 } })
  expect(guarded).toBeGreaterThanOrEqual(4)
  expect(readFileSync(path)).toEqual(Buffer.from(metadataBytes({ was: { c: 3, a: 1 } })))
  // What cannot be read is not written over.
  writeFileSync(path, '{')
  await expect(changed({ a: 1 })).rejects.toMatchObject({ code: 'store/metadata-damaged' })
  expect(readFileSync(path, 'utf8')).toBe('{')
})
