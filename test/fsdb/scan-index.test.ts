// The index of a scan: what is read from it and kept, what cannot be used, and what changes make of it.
import { describe, expect, test } from 'vitest'
import { parseFileId, parseFilesetId } from '../../src/fsdb/ids.ts'
import { ScanIndex, type IndexChange } from '../../src/fsdb/scan-index.ts'

const path = '/db/plant/files.json'
const read = (index: unknown): ScanIndex => ScanIndex.parse(JSON.stringify(index), path)
const of = (...filesets: unknown[]): ScanIndex => read({ filesets })
const written = (index: ScanIndex): unknown => JSON.parse(index.format())
const filesOf = (index: ScanIndex, id: string): string[] =>
  [...(index.fileset(id)?.files.values() ?? [])].map((file) => `${file.id} ${file.filename}`)
const images = parseFilesetId('images')
const fileId = parseFileId

describe('an index', () => {
  test('tells its filesets and their files in its order', () => {
    const index = of(
      {
        id: 'images',
        files: [
          { id: 'b', file: 'b.jpg' },
          { id: 'a', file: 'a.jpg' },
        ],
      },
      { id: 'empty' },
    )
    expect(index.filesetIds).toEqual(['images', 'empty'])
    expect(filesOf(index, 'images')).toEqual(['b b.jpg', 'a a.jpg'])
    expect(filesOf(index, 'empty')).toEqual([])
    expect(index.fileset('none')).toBe(undefined)
    expect(index.problems).toEqual([])
  })

  test('that is empty has no filesets', () => {
    expect(ScanIndex.empty().filesetIds).toEqual([])
    expect(ScanIndex.empty().problems).toEqual([])
    expect(written(ScanIndex.empty())).toEqual({ filesets: [] })
  })

  test('is written with all that other programs put there, where it stood', () => {
    const index = {
      version: 3,
      filesets: [
        { id: 'images', shown: true, files: [{ id: 'a', file: 'a.jpg', size: 7 }, 'odd'] },
        { id: 'images', files: [] },
        'odd',
      ],
    }
    expect(written(read(index))).toEqual(index)
  })

  test.each([
    ['', 'is empty', true],
    [' \n\t', 'is empty', true],
    ['{"filesets": [', 'is no valid JSON', true],
    ['[]', 'is no map of keys and values', false],
    ['null', 'is no map of keys and values', false],
    ['{}', 'has no list "filesets"', false],
    ['{"filesets": {}}', 'has no list "filesets"', false],
  ])('that is damaged is refused with the way to mend it: %j %s', (text, why, hasCause) => {
    let thrown: unknown
    try {
      ScanIndex.parse(text, path)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toMatchObject({
      code: 'store/scan-damaged',
      message: `${path} ${why}: restore it from a backup, or list the filesets in it again by hand`,
      facts: { path },
    })
    expect((thrown as Error).cause !== undefined).toBe(hasCause)
  })
})

describe('an entry that cannot be used', () => {
  const bad = (at: string, why: unknown) => ({ is: 'bad-entry', at, why })

  test.each([
    ['text', 'odd', 'is no map'],
    ['null', null, 'is no map'],
    ['no id', { files: [] }, 'has no "id"'],
    ['a number for an id', { id: 1 }, 'has no "id"'],
    ['a path for an id', { id: '../x' }, expect.stringContaining('../x')],
    ['files that are no list', { id: 'masks', files: {} }, '"files" is no list'],
  ])('for a fileset is told, and the others can be used: %s', (_, entry, why) => {
    const index = of({ id: 'images', files: [] }, entry)
    expect(index.filesetIds).toEqual(['images'])
    expect(index.problems).toEqual([bad('filesets[1]', why)])
    expect(index.fileset('images')?.problems).toEqual([])
  })

  test('for a fileset that is there already is told of that one, too', () => {
    const index = of({ id: 'images', files: [{ id: 'a', file: 'a.jpg' }] }, { id: 'images' })
    const twice = bad('filesets[1]', 'the id images is there twice')
    expect(index.problems).toEqual([twice])
    expect(index.fileset('images')?.problems).toEqual([twice])
    expect(filesOf(index, 'images')).toEqual(['a a.jpg'])
  })

  test.each([
    ['text', 'odd', 'is no map'],
    ['null', null, 'is no map'],
    ['no id', { file: 'b.jpg' }, 'has no "id"'],
    ['a path for an id', { id: '../x', file: 'x' }, expect.stringContaining('../x')],
    ['no name', { id: 'b' }, '"file" is undefined, no name of a file'],
    ['a path for a name', { id: 'b', file: '../b' }, '"file" is "../b", no name of a file'],
    ['an id that is there already', { id: 'a', file: 'b.jpg' }, 'the id a is there twice'],
    ['a name that is there already', { id: 'b', file: 'a.jpg' }, 'the file a.jpg is there twice'],
  ])('for a file is told of its fileset, whose others can be used: %s', (_, entry, why) => {
    const index = of(
      { id: 'masks' },
      { id: 'images', files: [{ id: 'a', file: 'a.jpg' }, entry, { id: 'c', file: 'c.jpg' }] },
    )
    const problem = bad('filesets[1].files[1]', why)
    expect(index.problems).toEqual([problem])
    expect(index.fileset('images')?.problems).toEqual([problem])
    expect(index.fileset('masks')?.problems).toEqual([])
    expect(filesOf(index, 'images')).toEqual(['a a.jpg', 'c c.jpg'])
  })
})

describe('a change', () => {
  const start = () => of({ id: 'images', files: [{ id: 'a', file: 'a.jpg', size: 7 }] })
  const after = (...changes: IndexChange[]): ScanIndex => {
    const index = start()
    for (const change of changes) index.apply(change)
    return index
  }
  const b = { id: 'b', file: 'b.jpg' }

  test('that is done twice changes nothing more', () => {
    const changes: readonly IndexChange[] = [
      { do: 'add-fileset', id: 'masks', files: [b] },
      { do: 'put-files', fileset: 'images', files: [b] },
      { do: 'remove-file', fileset: 'images', id: 'a' },
      { do: 'remove-fileset', id: 'images' },
      { do: 'move-to-end', ids: ['images'] },
    ]
    for (const change of changes)
      expect(written(after(change, change))).toEqual(written(after(change)))
  })

  test('adds a fileset with its files at the end', () => {
    const index = after({ do: 'add-fileset', id: 'masks', files: [b] })
    expect(index.filesetIds).toEqual(['images', 'masks'])
    expect(filesOf(index, 'masks')).toEqual(['b b.jpg'])
    expect(index.fileset('masks')?.problems).toEqual([])
    expect(written(index)).toMatchObject({ filesets: [{}, { id: 'masks', files: [b] }] })
  })

  test('that adds a fileset which is there leaves that as it is', () => {
    const index = after({ do: 'add-fileset', id: 'images', files: [b] })
    expect(filesOf(index, 'images')).toEqual(['a a.jpg'])
  })

  test('puts files, and keeps what else stands in their entries', () => {
    const index = after({
      do: 'put-files',
      fileset: 'images',
      files: [b, { id: 'a', file: 'a.png' }],
    })
    expect(written(index)).toEqual({
      filesets: [{ id: 'images', files: [{ id: 'a', file: 'a.png', size: 7 }, b] }],
    })
  })

  test('takes a fileset out, or a file of one, and leaves the others', () => {
    const index = after(
      { do: 'put-files', fileset: 'images', files: [b] },
      { do: 'add-fileset', id: 'masks', files: [b] },
      { do: 'remove-file', fileset: 'images', id: 'a' },
    )
    expect([filesOf(index, 'images'), filesOf(index, 'masks')]).toEqual([['b b.jpg'], ['b b.jpg']])
    index.apply({ do: 'remove-fileset', id: 'images' })
    expect(index.filesetIds).toEqual(['masks'])
  })

  test('moves filesets to the end, in the order that is asked for', () => {
    const index = of({ id: 'a' }, { id: 'b' }, { id: 'c' }, { id: 'd' })
    index.apply({ do: 'move-to-end', ids: ['c', 'none', 'a'] })
    expect(index.filesetIds).toEqual(['b', 'd', 'c', 'a'])
  })

  test('of a fileset that is not there is none', () => {
    const changes: readonly IndexChange[] = [
      { do: 'put-files', fileset: 'none', files: [b] },
      { do: 'remove-file', fileset: 'none', id: 'a' },
      { do: 'remove-fileset', id: 'none' },
    ]
    expect(written(after(...changes))).toEqual(written(start()))
  })

  test('by a name that is no id is refused', () => {
    const changes: readonly IndexChange[] = [
      { do: 'add-fileset', id: '../x', files: [] },
      { do: 'put-files', fileset: 'images', files: [{ id: '../x', file: 'x' }] },
      { do: 'remove-file', fileset: 'images', id: '../x' },
    ]
    for (const change of changes)
      expect(() => start().apply(change)).toThrow(expect.objectContaining({ code: 'store/bad-id' }))
  })
})

describe('a file', () => {
  const start = () => of({ id: 'images', files: [{ id: 'a', file: 'a.jpg' }] })

  test('is found by a name that a filesystem may take for its own', () => {
    expect(start().fileNamed(images, 'A.JPG')).toBe('a')
    expect(start().fileNamed(images, 'b.jpg')).toBe(undefined)
    expect(start().fileNamed(parseFilesetId('none'), 'a.jpg')).toBe(undefined)
  })

  test('has a twin if another id differs in case alone; it is none of itself', () => {
    expect(start().fileTwin(images, fileId('A'))).toBe('a')
    expect(start().fileTwin(images, fileId('a'))).toBe(undefined)
    expect(start().fileTwin(images, fileId('b'))).toBe(undefined)
    expect(start().fileTwin(parseFilesetId('none'), fileId('a'))).toBe(undefined)
  })

  test('that comes, goes, or gets another name is found by what it is called then', () => {
    const index = start()
    expect(index.fileNamed(images, 'A.jpg')).toBe('a')
    index.apply({ do: 'put-files', fileset: 'images', files: [{ id: 'b', file: 'b.jpg' }] })
    expect(index.fileNamed(images, 'B.jpg')).toBe('b')
    expect(index.fileTwin(images, fileId('B'))).toBe('b')
    index.apply({ do: 'put-files', fileset: 'images', files: [{ id: 'a', file: 'a.png' }] })
    expect(index.fileNamed(images, 'A.jpg')).toBe(undefined)
    expect(index.fileNamed(images, 'A.png')).toBe('a')
    expect(index.fileNamed(images, 'B.jpg')).toBe('b')
    index.apply({ do: 'remove-file', fileset: 'images', id: 'a' })
    expect(index.fileNamed(images, 'A.png')).toBe(undefined)
    expect(index.fileTwin(images, fileId('A'))).toBe(undefined)
    expect(index.fileNamed(images, 'B.jpg')).toBe('b')
  })
})
