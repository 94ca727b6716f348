// What lies of a fileset, listed or not.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { readParts, type FilesetParts } from '../../src/fsdb/parts.ts'
import { backwards } from '../support/backwards.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('parts')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
beforeEach(() => (root = mkdtempSync(join(work, 'fileset-'))))

const read = (disk: Disk = realDisk): FilesetParts =>
  readParts(disk, {
    files: join(root, 'files'),
    filesMetadata: join(root, 'metadata'),
    metadata: join(root, 'metadata.json'),
  })
function write(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

test('a fileset of which nothing lies there has no files and no metadata', () => {
  expect(read()).toEqual({ files: [], metadata: {}, filesMetadata: new Map() })
})

test('its files are told by name, in order whatever the disk lists first, with where they lie', () => {
  for (const name of ['b.png', 'a.png', 'c']) write(`files/${name}`, name)
  const files = ['a.png', 'b.png', 'c'].map((name) => ({ name, path: join(root, 'files', name) }))
  expect(read().files).toEqual(files)
  expect(read(backwards).files).toEqual(files)
})

test('folders, links and hidden files are none of its files', () => {
  write('files/a.png', 'a')
  write('files/.DS_Store', 'hidden')
  write('files/folder/b.png', 'b')
  symlinkSync(join(root, 'files', 'a.png'), join(root, 'files', 'link.png'))
  expect(read().files.map(({ name }) => name)).toEqual(['a.png'])
})

test('the metadata of its files are told by digest, under the id of the file', () => {
  write('metadata/a.json', '{"channel":"rgb"}')
  write('metadata/b.c.json', '{}')
  write('metadata/readme.txt', 'no metadata')
  write('metadata/.hidden.json', '{}')
  expect(read().filesMetadata).toEqual(
    new Map([
      ['a', sha256('{"channel":"rgb"}')],
      ['b.c', sha256('{}')],
    ]),
  )
})

test('its own metadata are read, and refused with their path where they are damaged', () => {
  write('metadata.json', '{"task_name":"Masks"}')
  expect(read().metadata).toEqual({ task_name: 'Masks' })
  write('metadata.json', '{"task_name":')
  expect(() => read()).toThrow(
    expect.objectContaining({
      code: 'store/metadata-damaged',
      facts: expect.objectContaining({ path: join(root, 'metadata.json') }) as unknown,
    }),
  )
})
