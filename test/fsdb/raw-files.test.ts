// Files of a database that are sent to others as they are.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { realDisk } from '../../src/base/system.ts'
import { gated } from '../../src/fsdb/gate.ts'
import { parseScanId } from '../../src/fsdb/ids.ts'
import { RawFiles } from '../../src/fsdb/raw-files.ts'
import { backwards } from '../support/backwards.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('raw-files')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
let raw: RawFiles
beforeEach(() => {
  root = join(mkdtempSync(join(work, 'of-')), 'db')
  for (const path of [
    'plant/images/b.jpg',
    'plant/images/a.jpg',
    'plant/files.json',
    'other/a.txt',
  ])
    write(path)
  raw = new RawFiles(gated(realDisk, root), root)
})
function write(path: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), path)
}
function link(path: string, target: string): void {
  symlinkSync(target, join(root, path))
}

describe('the path of a file', () => {
  test('is where it lies', () => {
    const real = join(realpathSync(root), 'plant', 'images', 'a.jpg')
    expect(raw.path(['plant', 'images', 'a.jpg'])).toBe(real)
  })

  test('is where a link within the database leads to', () => {
    link('plant/linked.jpg', join(root, 'plant', 'images', 'a.jpg'))
    const real = join(realpathSync(root), 'plant', 'images', 'a.jpg')
    expect(raw.path(['plant', 'linked.jpg'])).toBe(real)
  })

  test('is not told where a link leads out of the database', () => {
    writeFileSync(join(root, '..', 'thesis.txt'), 'precious')
    link('plant/thesis.txt', join(root, '..', 'thesis.txt'))
    expect(() => raw.path(['plant', 'thesis.txt'])).toThrow(
      expect.objectContaining({ code: 'store/link-outside' }),
    )
  })

  test.each([
    ['nothing', []],
    ['what is not there', ['plant', 'c.jpg']],
    ['a folder', ['plant', 'images']],
    ['a file as if it were a folder', ['plant', 'files.json', 'a']],
    ['a way up', ['plant', '..', 'other', 'a.txt']],
    ['what is ours', ['.romi', 'own.json']],
    ['what is ours in a scan', ['plant', '.romi', 'own.json']],
  ])('is not told of %s', (_, names) => {
    write('.romi/own.json')
    write('plant/.romi/own.json')
    expect(() => raw.path(names)).toThrow(
      expect.objectContaining({
        code: 'store/no-file',
        message: `${root} has no file ${names.join('/')}`,
        facts: { path: join(root, ...names) },
      }),
    )
  })
})

describe('the files of a scan', () => {
  const names = () => raw.namesIn(parseScanId('plant')).map((one) => one.join('/'))

  test('are told in order, those of its folders too, and of no other scan', () => {
    for (const path of ['plant/metadata/images/a.json', 'plant/a.txt']) write(path)
    const all = [
      'plant/a.txt',
      'plant/files.json',
      'plant/images/a.jpg',
      'plant/images/b.jpg',
      'plant/metadata/images/a.json',
    ]
    expect(names()).toEqual(all)
    raw = new RawFiles(backwards, root)
    expect(names()).toEqual(all)
  })

  test('are told without what is ours, what is hidden and what a link leads to', () => {
    write('plant/.romi/own.json')
    write('plant/images/.hidden')
    link('plant/images/link.jpg', join(root, 'plant', 'images', 'a.jpg'))
    link('plant/linked', join(root, 'other'))
    expect(names()).toEqual(['plant/files.json', 'plant/images/a.jpg', 'plant/images/b.jpg'])
  })

  test('are none where there is no scan', () => {
    expect(raw.namesIn(parseScanId('none'))).toEqual([])
  })
})
