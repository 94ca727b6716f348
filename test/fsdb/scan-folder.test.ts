// A scan's folder from the inside: when what was read is read again, what a link is worth, and what is
// staged before it is a file.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  type Stats,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/base/digest.ts'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { DigestCache } from '../../src/fsdb/digests.ts'
import { gated } from '../../src/fsdb/gate.ts'
import { parseFileId, parseFilesetId, parseScanId } from '../../src/fsdb/ids.ts'
import { ScanFolder } from '../../src/fsdb/scan-folder.ts'
import { code } from '../support/coded.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('scan-folder')
afterAll(() => rmSync(work, { recursive: true }))
const lost = new Error('lost, by the test')
const longAgo = new Date('2020-01-01').getTime()

let root: string
/** What of the times of files is told: as if they were written so. */
let lies: (path: string) => Partial<Stats>
let did: string[]
let asked: string[]
/** Whether the scan is another’s by now. */
let isLost: boolean
let folder: ScanFolder
const tell = (what: string, path: string): void =>
  void did.push(
    `${what} ${path.slice(root.length + 3).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, 'uuid')}`,
  )
const disk: Disk = {
  ...realDisk,
  stat(path) {
    const stat = realDisk.stat(path)
    return stat && Object.assign(stat, { mtimeMs: longAgo, ctimeMs: longAgo }, lies(path))
  },
  readText: (path) => (tell('read', path), realDisk.readText(path)),
  create: async (path, bytes) => (tell('create', path), realDisk.createLoose(path, bytes)),
  copy: async (from, to) => (tell('copy to', to), realDisk.copy(from, to)),
  sync: async (path) => tell('sync', path),
}
beforeEach(() => {
  root = mkdtempSync(join(work, 'db-'))
  lies = () => ({})
  did = []
  asked = []
  isLost = false
  write('files.json', '{"filesets":[{"id":"images","files":[]}]}')
  folder = folderOf(disk)
})
function folderOf(used: Disk): ScanFolder {
  const own = gated(used, root)
  const host = {
    disk: own,
    root,
    digests: new DigestCache(own, root),
    assertLock(scan: string) {
      asked.push(`assert ${scan}`)
      if (isLost) throw lost
    },
    begin: async (scan: ScanFolder) => void asked.push(`begin ${scan.id}`),
  }
  return new ScanFolder(host, parseScanId('s'))
}
const at = (...names: string[]): string => join(root, 's', ...names)
function write(path: string, text: string): void {
  mkdirSync(join(at(path), '..'), { recursive: true })
  writeFileSync(at(path), text)
}
const reads = (path: string): number => did.filter((what) => what === `read ${path}`).length

describe('the index', () => {
  const other = '{"filesets":[{"id":"images","files":[]},{"id":"masks"}]}'

  test('is read once as long as its file is the same', () => {
    const index = folder.index()
    expect(folder.index()).toBe(index)
    expect(reads('files.json')).toBe(1)
    folder.release()
    expect(folder.index()).not.toBe(index)
    expect(reads('files.json')).toBe(2)
  })

  test.each(['size', 'mtimeMs', 'ctimeMs', 'ino'] as const)(
    'is read again where its file has another %s',
    (mark) => {
      folder.index()
      const { size = 0, ino = 0 } = folder.stat('files.json') ?? {}
      const then = { size, mtimeMs: longAgo, ctimeMs: longAgo, ino }
      write('files.json', other)
      lies = () => then
      expect(folder.index().filesetIds).toEqual(['images'])
      lies = () => ({ ...then, [mark]: then[mark] + 1 })
      expect(folder.index().filesetIds).toEqual(['images', 'masks'])
    },
  )

  test.each(['mtimeMs', 'ctimeMs'] as const)(
    'that changed just now may change again within the same moment, and is compared (%s)',
    (time) => {
      const now = Date.now()
      const size = readFileSync(at('files.json')).length
      lies = () => ({ [time]: now, size })
      const index = folder.index()
      expect(folder.index()).toBe(index)
      expect(reads('files.json')).toBe(2)
      write('files.json', other)
      expect(folder.index().filesetIds).toEqual(['images', 'masks'])
    },
  )

  test('that changed a moment ago is compared no more', () => {
    const before = Date.now() - 60
    lies = () => ({ mtimeMs: before, ctimeMs: before })
    folder.index()
    folder.index()
    expect(reads('files.json')).toBe(1)
  })

  test('that is not there any more is told, and the scan is none', () => {
    expect(folder.exists).toBe(true)
    folder.index()
    rmSync(at('files.json'))
    expect(folder.exists).toBe(false)
    expect(() => folder.index()).toThrow(
      expect.objectContaining({
        code: 'store/scan-missing',
        message: `${at()} is no scan any more: it has no files.json`,
        facts: { id: 's' },
      }),
    )
  })

  test('is no link: its times tell nothing of what it leads to', () => {
    rmSync(at('files.json'))
    write('elsewhere.json', '{"filesets":[]}')
    symlinkSync('elsewhere.json', at('files.json'))
    expect(() => folder.index()).toThrow(
      expect.objectContaining({
        code: 'store/link-outside',
        facts: { path: at('files.json'), target: 'another file' },
      }),
    )
  })
})

describe('metadata', () => {
  test('are an empty map where there is no file', () => {
    expect(folder.metadata('metadata/metadata.json')).toEqual({})
    expect(folder.knownMetadata('metadata/metadata.json', undefined)).toEqual({})
    write('metadata/metadata.json', '{"a":1}')
    expect(folder.metadata('metadata/metadata.json')).toEqual({ a: 1 })
    write('metadata/metadata.json', '[]')
    expect(() => folder.metadata('metadata/metadata.json')).toThrow(code('store/metadata-damaged'))
  })

  test('that are known are read again only if their file changed', () => {
    const path = 'metadata/images.json'
    write(path, '{"a":1}')
    const known = () => folder.knownMetadata(path, folder.stat(path))
    const first = known()
    expect(known()).toBe(first)
    expect(reads(path)).toBe(1)
    lies = () => ({ mtimeMs: longAgo + 1 })
    write(path, '{"a":2}')
    expect(known()).toEqual({ a: 2 })
    // What was parsed is forgotten; the text is kept with the digests, which are let go by themselves.
    const second = known()
    folder.release()
    expect(known()).toEqual(second)
    expect(known()).not.toBe(second)
    expect(reads(path)).toBe(2)
  })

  test('that changed just now, or to which a link leads, are read each time', () => {
    const path = 'metadata/images.json'
    write(path, '{"a":1}')
    lies = () => ({ mtimeMs: Date.now() })
    const known = () => folder.knownMetadata(path, folder.stat(path))
    known()
    known()
    expect(reads(path)).toBe(2)
    lies = () => ({})
    write('metadata/other.json', '{"b":1}')
    rmSync(at(path))
    symlinkSync('other.json', at(path))
    expect(known()).toEqual({ b: 1 })
    expect(known()).toEqual({ b: 1 })
    expect(reads(path)).toBe(4)
  })

  const ids = ['a', 'b', 'c'].map(parseFileId)
  const images = parseFilesetId('images')

  test('of files are told for all of them, by one look at their folder', () => {
    write('metadata/images/a.json', '{"n":1}')
    write('metadata/images/c.json', '{"n":3}')
    write('metadata/images/d.json', 'rubbish')
    expect(Object.fromEntries(folder.filesMetadata(images, ids))).toEqual({
      a: { n: 1 },
      b: {},
      c: { n: 3 },
    })
    expect([...folder.filesMetadata(images, [])]).toEqual([])
    expect(Object.fromEntries(folder.filesMetadata(parseFilesetId('masks'), ids))).toEqual({
      a: {},
      b: {},
      c: {},
    })
  })

  test('of files are asked for only where somebody saw that there are some', () => {
    write('metadata/images/a.json', '{"n":1}')
    write('metadata/images/b.json', 'rubbish')
    const found = folder.filesMetadata(images, ids, (id) =>
      id === 'a' ? folder.stat('metadata/images/a.json') : undefined,
    )
    expect(Object.fromEntries(found)).toEqual({ a: { n: 1 }, b: {}, c: {} })
  })

  test('of files that tell the same are one map, which may be long', () => {
    for (const id of ['a', 'b']) write(`metadata/images/${id}.json`, '{"n":1}')
    write('metadata/images/c.json', '{"n":2}')
    const found = folder.filesMetadata(images, ids)
    expect(found.get(ids[0])).toBe(found.get(ids[1]))
    expect(found.get(ids[2])).toEqual({ n: 2 })
  })

  test('are changed when the scan was begun, if what they describe is there', async () => {
    write('metadata/images.json', '{"a":1,"b":1}')
    await folder.updateMetadata('metadata/images.json', { b: 2 }, (index) =>
      expect(index.filesetIds).toEqual(['images']),
    )
    expect(folder.metadata('metadata/images.json')).toEqual({ a: 1, b: 2 })
    expect(asked[0]).toBe('begin s')
    expect(asked).toContain('assert s')
    const gone = new Error('gone')
    const refused = folder.updateMetadata('metadata/new/a.json', { b: 3 }, () => {
      throw gone
    })
    await expect(refused).rejects.toBe(gone)
    expect(existsSync(at('metadata', 'new'))).toBe(false)
    await folder.updateMetadata('metadata/new/a.json', { b: 3 }, () => undefined)
    expect(folder.metadata('metadata/new/a.json')).toEqual({ b: 3 })
  })
})

describe('a stamp', () => {
  const stamp = (...paths: string[]): string => folder.stamp(paths)

  test('is another after a file came, went or changed, and the same otherwise', () => {
    const none = stamp('a', 'b')
    expect(stamp('a', 'b')).toBe(none)
    expect(stamp('b', 'a')).not.toBe(none)
    write('a', '1')
    const one = stamp('a', 'b')
    expect(one).not.toBe(none)
    lies = () => ({ mtimeMs: longAgo + 1 })
    expect(stamp('a', 'b')).not.toBe(one)
    rmSync(at('a'))
    lies = () => ({})
    expect(stamp('a', 'b')).toBe(none)
  })

  test('is made of the paths and of what the disk tells of each', () => {
    write('a', '1')
    const { ino } = realDisk.stat(at('a')) ?? {}
    expect(stamp('a', 'b')).toBe(sha256(`a ${ino} 1 ${longAgo} ${longAgo}\nb undefined`))
  })

  test('of a link is of what it leads to, and of the link itself if that is nothing', () => {
    write('b', '1')
    symlinkSync('b', at('a'))
    const first = stamp('a')
    lies = (path) => (path.endsWith('b') ? { mtimeMs: longAgo + 1 } : {})
    expect(stamp('a')).not.toBe(first)
    rmSync(at('b'))
    const nowhere = stamp('a')
    lies = (path) => (path.endsWith('a') ? { mtimeMs: longAgo + 1 } : {})
    expect(stamp('a')).not.toBe(nowhere)
    rmSync(at('a'))
    symlinkSync('a', at('a'))
    expect(() => stamp('a')).not.toThrow()
  })

  test.each(['ENOENT', 'ENOTDIR', 'ELOOP'])(
    'of a link of which the disk says %s is of the link',
    (answer) => {
      symlinkSync('b', at('a'))
      const denied = Object.assign(new Error(answer), { code: answer })
      const realPath = (): never => {
        throw denied
      }
      const broken = folderOf({ ...disk, realPath })
      expect(() => broken.stamp(['a'])).not.toThrow()
      denied.code = 'EACCES'
      expect(() => broken.stamp(['a'])).toThrow(denied)
    },
  )
})

describe('a link in the place of a folder', () => {
  test('is refused if it leads out of the database, or nowhere', () => {
    mkdirSync(at('images'))
    folder.checkInside('images')
    folder.checkInside('none')
    symlinkSync('images', at('inside'))
    folder.checkInside('inside')
    symlinkSync(work, at('outside'))
    expect(() => folder.checkInside('outside')).toThrow(
      expect.objectContaining({
        code: 'store/link-outside',
        facts: { path: at('outside'), target: work },
      }),
    )
    symlinkSync('gone', at('nowhere'))
    expect(() => folder.checkInside('nowhere')).toThrow(
      expect.objectContaining({
        code: 'store/link-outside',
        facts: { path: at('nowhere'), target: 'nowhere' },
      }),
    )
    symlinkSync('circle', at('circle'))
    expect(() => folder.checkInside('circle')).toThrow(code('ELOOP'))
  })
})

describe('what is staged', () => {
  test('is on the disk, under a temporary name, once the scan was begun', async () => {
    const path = await folder.stage(Buffer.from('new'))
    expect(asked).toEqual(['begin s'])
    expect(did).toEqual(['create .romi/tmp/uuid'])
    expect(readFileSync(at(path), 'utf8')).toBe('new')
    write('from', 'old')
    did = []
    const copy = await folder.stage({ copyOf: at('from') })
    expect(did).toEqual(['copy to .romi/tmp/uuid', 'sync .romi/tmp/uuid'])
    expect(readFileSync(at(copy), 'utf8')).toBe('old')
  })

  test('of metadata is their file, and nothing if there are none', async () => {
    expect(await folder.stageMetadata(undefined)).toBe(undefined)
    const path = await folder.stageMetadata({ a: 1 })
    expect(JSON.parse(readFileSync(at(path ?? ''), 'utf8'))).toEqual({ a: 1 })
  })

  test('is removed if it is not needed; what cannot be removed stays for the next writer', async () => {
    const paths = [await folder.stage(Buffer.from('a')), undefined, 'none']
    await folder.unstage(paths)
    expect(readdirSync(at('.romi', 'tmp'))).toEqual([])
    const remove = (): Promise<never> => Promise.reject(new Error('by the test'))
    await folderOf({ ...disk, remove }).unstage(['any'])
  })
})

test('a file is replaced as a whole, as long as the scan is ours', async () => {
  write('a.json', 'old')
  await folder.replace('a.json', Buffer.from('new'))
  expect(readFileSync(at('a.json'), 'utf8')).toBe('new')
  expect(asked).toContain('assert s')
})

test('nothing is changed any more once the scan is another’s, even in the middle of a change', async () => {
  write('metadata/images.json', '{"a":1}')
  const update = folder.updateMetadata('metadata/images.json', { a: 2 }, () => (isLost = true))
  await expect(update).rejects.toBe(lost)
  await expect(folder.replace('a.json', Buffer.from('new'))).rejects.toBe(lost)
  expect(existsSync(at('a.json'))).toBe(false)
  const change = folder.change(() => ({ before: [{ do: 'remove-fileset', id: 'images' }] }))
  await expect(change).rejects.toBe(lost)
  expect(folder.metadata('metadata/images.json')).toEqual({ a: 1 })
  expect(folder.index().filesetIds).toEqual(['images'])
})

test('a change is done once the scan was begun', async () => {
  await folder.change(() => ({ before: [{ do: 'remove-fileset', id: 'images' }] }))
  expect(asked[0]).toBe('begin s')
  expect(folder.index().filesetIds).toEqual([])
})
