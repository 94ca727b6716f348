// The gate alone: which links each operation of a disk follows, what is refused in which words, and
// how long one look at a folder is enough.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { realDisk, type Disk } from '../../src/base/system.ts'
import { gated } from '../../src/fsdb/gate.ts'
import { scratchFolder } from '../support/scratch.ts'

const work = scratchFolder('gate-rules')
afterAll(() => rmSync(work, { recursive: true }))

let root: string
let outside: string
/** The gated disk. */
let disk: Disk
let looks: string[]
const counting: Disk = {
  ...realDisk,
  stat: (path) => (looks.push(path), realDisk.stat(path)),
  // Without waiting for the disk.
  sync: async () => undefined,
  create: (path, bytes) => realDisk.createLoose(path, bytes),
}
beforeEach(() => {
  const folder = mkdtempSync(join(work, 'db-'))
  root = join(folder, 'db')
  outside = join(folder, 'outside')
  for (const path of [join(root, 's', 'images'), join(root, '.romi', 'tmp'), outside])
    mkdirSync(path, { recursive: true })
  writeFileSync(at('s', 'images', 'a.txt'), 'a')
  writeFileSync(at('.romi', 'tmp', 'own.txt'), 'own')
  writeFileSync(join(outside, 'thesis.txt'), 'thesis')
  looks = []
  disk = gated(counting, root)
})
const at = (...names: string[]): string => join(root, ...names)
const refused = (path: string, target: string): unknown =>
  expect.objectContaining({
    code: 'store/link-outside',
    message: `${path} is a link (to ${target}), which is not followed here: put what belongs there in its place, or remove the link`,
    facts: { path, target },
  })
const notInside = (path: string): unknown =>
  expect.objectContaining({
    code: 'store/link-outside',
    message: `${path} is outside of the database ${root}: nothing there is read or changed`,
    facts: { path },
  })
const taken = (path: string): unknown =>
  expect.objectContaining({
    code: 'store/path-taken',
    message: `${path} is in the place of a folder of the database: move it away`,
    facts: { path },
  })
const bytes = Buffer.from('x')
/** Does something, and throws what it throws at once or later. */
const of = async (work: () => unknown): Promise<unknown> => work()

/** All ways to read what lies at a path, which follow a link there. */
const readings = {
  list: (path: string) => disk.list(path),
  readText: (path: string) => disk.readText(path),
  readBytes: (path: string) => disk.readBytes(path),
} satisfies Partial<Record<keyof Disk, (path: string) => unknown>>
/** All ways to change what lies at a path itself. */
const changes = {
  append: (path: string) => disk.append(path, 'x'),
  sync: (path: string) => disk.sync(path),
  makeFolder: (path: string) => disk.makeFolder(path),
} satisfies Partial<Record<keyof Disk, (path: string) => unknown>>
/** All ways to change what lies in the folder of a path. */
const changesIn = {
  create: (path: string) => disk.create(path, bytes),
  createLoose: (path: string) => disk.createLoose(path, bytes),
  copy: (path: string) => disk.copy(join(outside, 'thesis.txt'), path),
  'rename from': (path: string) => disk.rename(path, at('new')),
  'rename to': (path: string) => disk.rename(at('s', 'images', 'a.txt'), path),
  remove: (path: string) => disk.remove(path),
} satisfies Record<string, (path: string) => unknown>

describe('without links', () => {
  test('all is done as the disk does it', async () => {
    expect(disk.stat(at('s'))?.isDirectory()).toBe(true)
    expect(disk.stat(root)?.isDirectory()).toBe(true)
    expect(disk.stat(at('none', 'deep'))).toBe(undefined)
    expect(disk.list(at('s', 'images'))?.map(({ name }) => name)).toEqual(['a.txt'])
    expect(disk.list(root)).toHaveLength(2)
    expect(disk.readText(at('s', 'images', 'a.txt'))).toBe('a')
    expect(Buffer.from(await disk.readBytes(at('s', 'images', 'a.txt'))).toString()).toBe('a')
    expect(disk.realPath(at('s'))).toBe(at('s'))
    disk.makeFolder(at('t', 'deep'))
    disk.makeFolder(root)
    await disk.create(at('t', 'deep', 'a'), bytes)
    await disk.createLoose(at('t', 'b'), bytes)
    disk.append(at('t', 'b'), 'y')
    await disk.copy(at('t', 'b'), at('t', 'c'))
    await disk.copy(join(outside, 'thesis.txt'), at('t', 'd'))
    disk.rename(at('t', 'c'), at('t', 'e'))
    await disk.remove(at('t', 'd'))
    for (const path of [at('t'), at('t', 'e'), root]) await disk.sync(path)
    expect(readFileSync(at('t', 'e'), 'utf8')).toBe('xy')
    expect(
      disk
        .list(at('t'))
        ?.map(({ name }) => name)
        .sort(),
    ).toEqual(['b', 'deep', 'e'])
  })

  test.each(Object.keys(readings))('nothing outside is read: %s', async (name) => {
    const read = readings[name as keyof typeof readings]
    for (const path of [join(outside, 'thesis.txt'), outside, `${root}-2`, dirname(root)])
      await expect(of(() => read(path))).rejects.toThrow(notInside(path))
  })

  test('nothing outside is looked at', () => {
    expect(() => disk.stat(join(outside, 'thesis.txt'))).toThrow(
      notInside(join(outside, 'thesis.txt')),
    )
    expect(() => disk.stat(at('..', 'outside', 'thesis.txt'))).toThrow(
      notInside(join(outside, 'thesis.txt')),
    )
  })

  test.each(Object.entries({ ...changes, ...changesIn }).map(([name]) => name))(
    'nothing outside is changed: %s',
    async (name) => {
      const change = { ...changes, ...changesIn }[name as 'create']
      const path = join(outside, 'new')
      await expect(of(() => change(path))).rejects.toThrow(notInside(path))
    },
  )

  test.each(Object.keys(changesIn))(
    'the database itself lies in a folder that is none of its business: %s',
    async (name) => {
      await expect(of(() => changesIn[name as 'create'](root))).rejects.toThrow(notInside(root))
    },
  )
})

describe('a link out of the database', () => {
  beforeEach(() => symlinkSync(outside, at('s', 'out')))

  test('is told as what it is, and nothing behind it is looked at', () => {
    expect(disk.stat(at('s', 'out'))?.isSymbolicLink()).toBe(true)
    const link = refused(at('s', 'out'), outside)
    expect(() => disk.stat(at('s', 'out', 'thesis.txt'))).toThrow(link)
    // Nor a moment later.
    expect(() => disk.stat(at('s', 'out', 'thesis.txt'))).toThrow(link)
    expect(() => disk.stat(at('s', 'out', 'deep', 'down'))).toThrow(link)
    expect(() => disk.realPath(at('s', 'out'))).toThrow(link)
  })

  test.each(Object.keys(readings))('is not followed to read: %s', async (name) => {
    const read = readings[name as keyof typeof readings]
    const link = refused(at('s', 'out'), outside)
    await expect(of(() => read(at('s', 'out')))).rejects.toThrow(link)
    await expect(of(() => read(at('s', 'out', 'thesis.txt')))).rejects.toThrow(link)
  })

  test('is not followed to copy from, though what lies outside may be copied', async () => {
    await expect(disk.copy(at('s', 'out', 'thesis.txt'), at('new'))).rejects.toThrow(
      refused(at('s', 'out'), outside),
    )
    await disk.copy(join(outside, 'thesis.txt'), at('new'))
    expect(readFileSync(at('new'), 'utf8')).toBe('thesis')
  })
})

describe.each([
  ['out of the database', () => outside],
  ['within the database', () => at('s', 'images')],
])('a link %s', (_, target) => {
  beforeEach(() => symlinkSync(target(), at('s', 'link')))

  test.each(Object.entries({ ...changes, ...changesIn }).map(([name]) => name))(
    'is on no way to a change: %s',
    async (name) => {
      const change = { ...changes, ...changesIn }[name as 'create']
      const link = refused(at('s', 'link'), target())
      await expect(of(() => change(at('s', 'link', 'new')))).rejects.toThrow(link)
      await expect(of(() => change(at('s', 'link', 'new', 'deep')))).rejects.toThrow(link)
      mkdirSync(join(target(), 'deep'))
      await expect(of(() => change(at('s', 'link', 'deep', 'new')))).rejects.toThrow(link)
    },
  )

  test.each(Object.keys(changes))('is not what is changed: %s', async (name) => {
    await expect(of(() => changes[name as 'sync'](at('s', 'link')))).rejects.toThrow(
      refused(at('s', 'link'), target()),
    )
  })

  test('can itself be moved and removed', async () => {
    disk.rename(at('s', 'link'), at('s', 'other'))
    expect(disk.stat(at('s', 'other'))?.isSymbolicLink()).toBe(true)
    await disk.remove(at('s', 'other'))
    expect(disk.stat(at('s', 'other'))).toBe(undefined)
    expect(readFileSync(join(outside, 'thesis.txt'), 'utf8')).toBe('thesis')
    expect(readFileSync(at('s', 'images', 'a.txt'), 'utf8')).toBe('a')
  })
})

describe('a link within the database', () => {
  test('is followed to read, and so is one behind it', async () => {
    symlinkSync('s', at('t'))
    symlinkSync('../t/images', at('s', 'linked'))
    for (const path of [at('s', 'linked'), at('t', 'images'), at('t', 'linked')]) {
      expect(disk.list(path)?.map(({ name }) => name)).toEqual(['a.txt'])
      expect(disk.readText(join(path, 'a.txt'))).toBe('a')
      expect(disk.realPath(path)).toBe(at('s', 'images'))
    }
    await disk.copy(at('t', 'images', 'a.txt'), at('new'))
  })

  test('to a folder of the same beginning beside the database is one that leads out', () => {
    mkdirSync(`${root}-2`)
    symlinkSync(`${root}-2`, at('twin'))
    expect(() => disk.list(at('twin'))).toThrow(refused(at('twin'), `${root}-2`))
  })

  test.each([
    ['to what is ours alone', () => symlinkSync('../.romi', at('s', 'x'))],
    ['to what lies in there', () => symlinkSync('../.romi/tmp', at('s', 'x'))],
  ])('that leads %s is not read through', (_, make) => {
    make()
    expect(() => disk.list(at('s', 'x'))).toThrow(
      expect.objectContaining({ code: 'store/link-outside' }),
    )
    expect(() => disk.stat(at('s', 'x', 'any'))).toThrow(
      expect.objectContaining({ code: 'store/link-outside' }),
    )
  })

  test.each(['s/.romi', 's/.romi/drafts', 's/.romi/drafts/one/files'])(
    'in what is ours alone is not read through: %s',
    (path) => {
      mkdirSync(dirname(at(path)), { recursive: true })
      symlinkSync(at('s', 'images'), at(path))
      expect(() => disk.list(at(path))).toThrow(refused(at(path), at('s', 'images')))
      expect(() => disk.readText(at(path, 'a.txt'))).toThrow(refused(at(path), at('s', 'images')))
    },
  )
})

describe('a link that leads nowhere', () => {
  test.each([
    ['because nothing is there', () => at('none')],
    ['because a file is on the way', () => at('s', 'images', 'a.txt', 'deep')],
    ['but in a circle', () => at('circle')],
  ])('is refused: %s', (_, target) => {
    symlinkSync(target(), at('circle'))
    expect(() => disk.list(at('circle'))).toThrow(refused(at('circle'), 'nowhere'))
    expect(() => disk.append(at('circle'), 'x')).toThrow(refused(at('circle'), 'nowhere'))
  })

  test('is told from one that the disk does not let us follow', () => {
    symlinkSync(at('s'), at('link'))
    const denied = Object.assign(new Error('denied'), { code: 'EACCES' })
    const realPath = (path: string): string => {
      if (path === at('link')) throw denied
      return realDisk.realPath(path)
    }
    expect(() => gated({ ...counting, realPath }, root).list(at('link'))).toThrow(denied)
  })
})

describe('a file in the place of a folder', () => {
  test.each(Object.entries({ ...changes, ...changesIn }).map(([name]) => name))(
    'is told where something would be changed below it: %s',
    async (name) => {
      const change = { ...changes, ...changesIn }[name as 'create']
      const file = at('s', 'images', 'a.txt')
      await expect(of(() => change(join(file, 'new')))).rejects.toThrow(taken(file))
      await expect(of(() => change(join(file, 'new', 'deep')))).rejects.toThrow(taken(file))
    },
  )

  test('is told where the folder itself would be made', () => {
    const file = at('s', 'images', 'a.txt')
    expect(() => disk.makeFolder(file)).toThrow(taken(file))
  })
})

describe('a database', () => {
  test('that is reached by a link is used by either path, and by no other', async () => {
    const link = join(dirname(root), 'link')
    symlinkSync(root, link)
    const linked = gated(counting, link)
    expect(linked.readText(join(link, 's', 'images', 'a.txt'))).toBe('a')
    expect(linked.readText(at('s', 'images', 'a.txt'))).toBe('a')
    expect(linked.realPath(join(link, 's'))).toBe(at('s'))
    expect(linked.realPath(link)).toBe(root)
    symlinkSync(at('s', 'images'), at('s', 'linked'))
    expect(linked.list(join(link, 's', 'linked'))).toHaveLength(1)
    await linked.create(join(link, 's', 'new'), bytes)
    await expect(linked.create(join(outside, 'new'), bytes)).rejects.toThrow(
      expect.objectContaining({ code: 'store/link-outside' }),
    )
    await expect(linked.create(join(link, 's', 'linked', 'new'), bytes)).rejects.toThrow(
      expect.objectContaining({ code: 'store/link-outside' }),
    )
  })

  test('that is reached by a link is left by no other, whichever path leads to that', async () => {
    const link = join(dirname(root), 'link')
    symlinkSync(root, link)
    symlinkSync(outside, at('s', 'out'))
    for (const above of [root, link]) {
      const linked = gated(counting, link)
      const refusal = expect.objectContaining({ code: 'store/link-outside' }) as unknown
      expect(() => linked.list(join(above, 's', 'out'))).toThrow(refusal)
      expect(() => linked.readText(join(above, 's', 'out', 'thesis.txt'))).toThrow(refusal)
      await expect(linked.create(join(above, 's', 'out', 'new'), bytes)).rejects.toThrow(refusal)
    }
  })

  test('that lies in a folder which is called as what is ours has its links read', () => {
    const below = join(dirname(root), '.romi', 'db')
    mkdirSync(join(below, 's'), { recursive: true })
    symlinkSync('s', join(below, 'linked'))
    expect(gated(counting, below).list(join(below, 'linked'))).toEqual([])
  })

  test('that is still to be made can be made, and nothing beside it', async () => {
    const fresh = join(dirname(root), 'fresh')
    const own = gated(counting, fresh)
    expect(own.list(fresh)).toBe(undefined)
    expect(() => own.realPath(join(fresh, 'x'))).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    )
    own.makeFolder(fresh)
    await own.create(join(fresh, 'romidb'), bytes)
    expect(() => own.makeFolder(`${fresh}-2`)).toThrow(
      expect.objectContaining({ code: 'store/link-outside' }),
    )
  })

  test('may be named with dots, and a path to it with a separator at the end', () => {
    const own = gated(counting, join(root, 's', '..') + '/')
    expect(own.readText(at('s', 'images', 'a.txt'))).toBe('a')
    expect(() => own.stat(join(outside, 'thesis.txt'))).toThrow(
      notInside(join(outside, 'thesis.txt')),
    )
  })

  test('may be the whole disk', async () => {
    const all = gated(counting, '/')
    expect(all.stat('/tmp')?.isDirectory()).toBe(true)
    expect(all.readText(at('s', 'images', 'a.txt'))).toBe('a')
    await all.createLoose(at('s', 'new'), bytes)
    expect(all.realPath(at('s'))).toBe(at('s'))
  })
})

describe('one look at a folder', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['hrtime'] })
    onTestFinished(() => void vi.useRealTimers())
  })
  const looksAt = (path: string): number => looks.filter((looked) => looked === path).length
  const lookAtFiles = (...folders: string[]): void => {
    for (const folder of folders) for (const name of ['a', 'b']) disk.stat(at(folder, name))
  }

  test('is for all that is asked of what lies there within ten milliseconds', () => {
    lookAtFiles('s/images')
    vi.advanceTimersByTime(9)
    lookAtFiles('s/images', 's')
    expect([looksAt(at('s')), looksAt(at('s', 'images'))]).toEqual([1, 1])
    vi.advanceTimersByTime(1)
    lookAtFiles('s/images')
    expect([looksAt(at('s')), looksAt(at('s', 'images'))]).toEqual([2, 2])
  })

  test('lasts no longer than that at the folders above it', () => {
    lookAtFiles('s')
    vi.advanceTimersByTime(6)
    lookAtFiles('s/images')
    vi.advanceTimersByTime(6)
    rmSync(at('s'), { recursive: true })
    symlinkSync(outside, at('s'))
    expect(() => disk.stat(at('s', 'images', 'a'))).toThrow(refused(at('s'), outside))
  })

  test('does not last where nothing was: what is put there in the next moment is looked at', () => {
    lookAtFiles('new')
    symlinkSync(outside, at('new'))
    expect(() => disk.stat(at('new', 'a'))).toThrow(refused(at('new'), outside))
  })

  test('is not enough for a link: what it leads to may be another by now', () => {
    symlinkSync(at('s', 'images'), at('link'))
    lookAtFiles('link')
    rmSync(at('link'))
    symlinkSync(outside, at('link'))
    vi.advanceTimersByTime(10)
    expect(() => disk.stat(at('link', 'a'))).toThrow(refused(at('link'), outside))
  })
})
