// What is believed of a draft's journal: whole lines of a form that we write, the last word on each file.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { parseFileId } from '../../src/fsdb/ids.ts'
import {
  journalLine,
  parseFinished,
  readAbout,
  readJournal,
  type FinishedFile,
} from '../../src/fsdb/draft-journal.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('draft-journal')
afterAll(() => rmSync(work, { recursive: true }))

let folder: string
beforeEach(() => (folder = mkdtempSync(join(work, 'draft-'))))

const file = (id: string, told: Partial<FinishedFile> = {}): FinishedFile => ({
  id: parseFileId(id),
  filename: `${id}.txt`,
  size: 1,
  digest: sha256(id),
  ...told,
})
const full = file('a', {
  metadata: sha256('metadata'),
  key: 'made of a',
  note: { share: 1 },
  made: sha256('made'),
})

describe('a word on a finished file', () => {
  test('is taken as it was written', () => {
    for (const one of [full, file('a')]) expect(parseFinished(one)).toEqual(one)
  })

  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'a'],
    ['no id', { ...full, id: undefined }],
    ['an id that is none', { ...full, id: '../a' }],
    ['no name', { ...full, filename: undefined }],
    ['a name outside of the draft', { ...full, filename: '../a.txt' }],
    ['no digest', { ...full, digest: undefined }],
    ['a digest that is none', { ...full, digest: 'abc' }],
    ['metadata that are no digest', { ...full, metadata: {} }],
    ['a key that is no text', { ...full, key: 1 }],
    ['a note that is no map', { ...full, note: 'note' }],
    ['what was made, by no digest', { ...full, made: 'abc' }],
    ['no size', { ...full, size: undefined }],
    ['half a byte', { ...full, size: 0.5 }],
  ])('is none with %s', (_, word) => {
    expect(parseFinished(word)).toBeUndefined()
  })
})

describe('a journal', () => {
  const read = (text: string): string[] => {
    const path = join(folder, 'journal.ndjson')
    writeFileSync(path, text)
    return readJournal(realDisk, path).map(({ id, key }) => `${id} ${key ?? ''}`.trim())
  }

  test('that is not there names no files', () => {
    expect(readJournal(realDisk, join(folder, 'none'))).toEqual([])
  })

  test('counts by its last word on each file', () => {
    const words = [file('a', { key: 'first' }), file('b'), file('a', { key: 'second' })]
    expect(read(words.map((word) => journalLine(word)).join(''))).toEqual(['a second', 'b'])
    const dropped = [...words, { dropped: parseFileId('b') }, file('c')]
    expect(read(dropped.map((word) => journalLine(word)).join(''))).toEqual(['a second', 'c'])
  })

  test('counts without lines that were torn or are none of ours, and goes on after them', () => {
    const torn = journalLine(file('torn')).slice(0, 30)
    const lines = [
      'null',
      '7',
      '"a"',
      '[]',
      '{"dropped":"../a"}',
      '{"dropped":7}',
      JSON.stringify({ ...file('a'), id: '..' }),
    ]
    const text = journalLine(file('a')) + lines.join('\n') + torn + journalLine(file('b'))
    expect(read(text)).toEqual(['a', 'b'])
  })
})

describe('what a draft says of itself', () => {
  const about = (text: string) => {
    writeFileSync(join(folder, 'draft.json'), text)
    return readAbout(realDisk, folder)
  }

  test('is its label, and the key that it waits for if it can be gone on with', () => {
    expect(readAbout(realDisk, folder)).toBeUndefined()
    expect(about('{"label":"Masks"}')).toEqual({ label: 'Masks' })
    expect(about('{"label":"Masks","key":"k"}')).toEqual({ label: 'Masks', key: 'k' })
    expect(about('{"label":"Masks","key":7}')).toEqual({ label: 'Masks' })
  })

  test.each(['', '{"label"', '[]', '{"label":7}', '{"key":"k"}'])('is nothing by %j', (text) => {
    expect(about(text)).toBeUndefined()
  })

  test('is not taken for nothing where the disk fails', () => {
    writeFileSync(join(folder, 'draft.json'), '{}')
    const failing: Disk = {
      ...realDisk,
      readText() {
        throw Object.assign(new Error('EIO'), { code: 'EIO' })
      },
    }
    expect(() => readAbout(failing, folder)).toThrow('EIO')
  })
})
