// What makes a folder a database.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { realDisk } from '../../src/base/system.ts'
import { assertMarker, assertOwnFolders, hasMarker } from '../../src/fsdb/marker.ts'
import { code } from '../support/coded.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('marker')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
beforeEach(() => (root = mkdtempSync(join(work, 'db-'))))

describe('a folder', () => {
  test('is a database with a marker, which is a file', () => {
    expect(hasMarker(root)).toBe(false)
    writeFileSync(join(root, 'romidb'), '')
    expect(hasMarker(root)).toBe(true)
    expect(() => assertMarker(realDisk, root)).not.toThrow()
  })

  test('is none without one, and the refusal says what is missing where', () => {
    expect(() => assertMarker(realDisk, root)).toThrow(
      expect.objectContaining({
        code: 'store/not-a-database',
        message: `${root} is no database: it has no file romidb; check the path, or create one there`,
        facts: { path: root },
      }),
    )
  })

  test('is none where the marker is a folder', () => {
    mkdirSync(join(root, 'romidb'))
    expect(hasMarker(root)).toBe(false)
    expect(() => assertMarker(realDisk, root)).toThrow(code('store/not-a-database'))
  })

  test('is none where the disk that is asked does not show the marker', () => {
    writeFileSync(join(root, 'romidb'), '')
    const blind = { ...realDisk, stat: () => undefined }
    expect(() => assertMarker(blind, root)).toThrow(code('store/not-a-database'))
  })
})

describe.each(['', 'locks', 'locks/holders', 'touched', 'tmp', 'digests', 'runs', 'scratch'])(
  'what is ours at .romi/%s',
  (name) => {
    const put = (make: (path: string) => void): void => {
      const path = join(root, '.romi', name)
      mkdirSync(join(path, '..'), { recursive: true })
      make(path)
    }

    test('may be missing, or a folder', () => {
      expect(() => assertOwnFolders(realDisk, root)).not.toThrow()
      put((path) => mkdirSync(path))
      expect(() => assertOwnFolders(realDisk, root)).not.toThrow()
    })

    test('is no link, not even to a folder in the database', () => {
      mkdirSync(join(root, 'plant'))
      put((path) => symlinkSync(join(root, 'plant'), path))
      expect(() => assertOwnFolders(realDisk, root)).toThrow(
        expect.objectContaining({
          code: 'store/link-outside',
          message: expect.stringContaining('(to elsewhere)') as unknown,
        }),
      )
    })

    test('is no file', () => {
      put((path) => writeFileSync(path, ''))
      expect(() => assertOwnFolders(realDisk, root)).toThrow(code('store/path-taken'))
    })
  },
)
