// What locks do on the disk: nothing odd is opened, nothing of others is replaced, no step is half done.
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import {
  linkOver,
  lookAt,
  makeFolder,
  namesIn,
  removeFile,
  removeFiles,
  replace,
  syncFolder,
  tryLink,
  writeDurably,
} from '../../../src/fsdb/locks/files.ts'
import { code } from '../../support/coded.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('lock-files')
afterAll(() => rmSync(work, { recursive: true }))

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(work, 'db-'))
  path = join(folder, 'lock')
})
const text = (of = path): string => readFileSync(of, 'utf8')

describe('a look at a lock', () => {
  test('tells its text, which file it is and when it was written', () => {
    writeFileSync(path, 'ours')
    const { ino, mtimeMs } = statSync(path)
    expect(lookAt(path)).toEqual({ is: 'file', text: 'ours', inode: ino, mtimeMs })
    writeFileSync(path, '')
    expect(lookAt(path)).toMatchObject({ is: 'file', text: '' })
  })

  test('tells nothing where nothing lies, or where a file is in the place of a folder', () => {
    expect(lookAt(path)).toEqual({ is: 'nothing' })
    writeFileSync(path, '')
    expect(lookAt(join(path, 'below'))).toEqual({ is: 'nothing' })
  })

  test('names what is no file, and opens none of it', async () => {
    mkdirSync(path)
    expect(lookAt(path)).toEqual({ is: 'odd', what: 'a folder', mtimeMs: statSync(path).mtimeMs })
    const link = join(folder, 'link')
    symlinkSync(path, link)
    expect(lookAt(link)).toMatchObject({ is: 'odd', what: 'a link' })
    const socket = createServer().listen(join(folder, 'socket'))
    await once(socket, 'listening')
    expect(lookAt(join(folder, 'socket'))).toMatchObject({ is: 'odd', what: 'a socket' })
    socket.close()
    expect(lookAt('/dev/null')).toMatchObject({ is: 'odd', what: 'a device' })
  })

  test('does not read what is longer than any lock', () => {
    writeFileSync(path, 'x'.repeat(65_536))
    expect(lookAt(path)).toMatchObject({ is: 'file' })
    writeFileSync(path, 'x'.repeat(65_537))
    expect(lookAt(path)).toEqual({
      is: 'odd',
      what: 'a large file',
      mtimeMs: statSync(path).mtimeMs,
    })
  })

  test('fails with the word of the system where that is another', () => {
    expect(() => lookAt(join(folder, 'x'.repeat(300)))).toThrow(code('ENAMETOOLONG'))
  })
})

describe('the names in a folder', () => {
  test('are in order, and none where there is no folder', () => {
    for (const name of ['b', 'a', 'c']) writeFileSync(join(folder, name), '')
    expect(namesIn(folder)).toEqual(['a', 'b', 'c'])
    expect(namesIn(join(folder, 'none'))).toEqual([])
    expect(namesIn(join(folder, 'a'))).toEqual([])
    expect(() => namesIn(join(folder, 'x'.repeat(300)))).toThrow(code('ENAMETOOLONG'))
  })
})

describe('a file', () => {
  test('is made only where none is', () => {
    writeDurably(path, 'ours')
    syncFolder(folder)
    expect(text()).toBe('ours')
    expect(() => writeDurably(path, 'theirs')).toThrow(code('EEXIST'))
    expect(text()).toBe('ours')
  })

  test.runIf(existsSync('/proc/self/fd'))(
    'is on the disk when it is made, as its folder is when that is asked for, and no file stays open',
    () => {
      const opened = (): number => readdirSync('/proc/self/fd').length
      const before = opened()
      const synced: string[] = []
      vi.spyOn(fs, 'fsyncSync').mockImplementation(
        (file) => void synced.push(readlinkSync(`/proc/self/fd/${file}`)),
      )
      onTestFinished(() => void vi.restoreAllMocks())
      writeDurably(path, 'ours')
      syncFolder(folder)
      lookAt(path)
      expect(synced).toEqual([path, folder])
      expect(opened()).toBe(before)
      vi.mocked(fs.fsyncSync).mockImplementation(() => {
        throw new Error('by the test')
      })
      expect(() => writeDurably(join(folder, 'other'), 'ours')).toThrow('by the test')
      expect(() => syncFolder(folder)).toThrow('by the test')
      expect(opened()).toBe(before)
    },
  )

  test('is replaced as a whole, and nothing is left beside it, even if that fails', () => {
    replace(path, 'old')
    replace(path, 'new')
    expect(text()).toBe('new')
    expect(readdirSync(folder)).toEqual(['lock'])
    mkdirSync(join(folder, 'taken', 'full'), { recursive: true })
    expect(() => replace(join(folder, 'taken'), 'new')).toThrow()
    expect(readdirSync(folder).sort()).toEqual(['lock', 'taken'])
  })

  test('gets a second name for the first of many, and for no other', () => {
    writeFileSync(path, 'ours')
    writeFileSync(join(folder, 'theirs'), 'theirs')
    const name = join(folder, 'name')
    expect(tryLink(path, name)).toBe(true)
    expect(statSync(name).ino).toBe(statSync(path).ino)
    expect(tryLink(join(folder, 'theirs'), name)).toBe(false)
    expect(text(name)).toBe('ours')
    expect(() => tryLink(join(folder, 'none'), join(folder, 'other'))).toThrow(code('ENOENT'))
  })

  test.runIf(process.platform === 'linux')(
    'of another disk gets no copy for a second name: that may be torn',
    () => {
      expect(() => tryLink('/proc/self/stat', path)).toThrow(code('EXDEV'))
      expect(existsSync(path)).toBe(false)
    },
  )

  test('takes the place of another under a second name, and keeps its first', () => {
    writeFileSync(path, 'old')
    const record = join(folder, 'record')
    writeFileSync(record, 'new')
    linkOver(record, path)
    expect(text()).toBe('new')
    expect(statSync(path).ino).toBe(statSync(record).ino)
    expect(readdirSync(folder).sort()).toEqual(['lock', 'record'])
  })

  test('is removed if it is there; what cannot be removed is told', () => {
    writeFileSync(path, '')
    removeFile(path)
    removeFile(path)
    expect(existsSync(path)).toBe(false)
    for (const name of ['a', 'b', 'c']) writeFileSync(join(folder, name), '')
    removeFiles(folder, ['a', 'none', 'b'])
    expect(readdirSync(folder)).toEqual(['c'])
    mkdirSync(path)
    expect(() => removeFile(path)).toThrow()
  })
})

describe('a folder of the database', () => {
  const made = (...names: string[]): string => join(folder, ...names)

  test('is made with those above it; one that is there stays', () => {
    makeFolder(folder, made('.romi', 'locks', 'holders'))
    makeFolder(folder, made('.romi', 'locks', 'holders'))
    expect(statSync(made('.romi', 'locks', 'holders')).isDirectory()).toBe(true)
    makeFolder(folder, folder)
  })

  test('is made in a database that is itself reached by a link', () => {
    const link = `${folder}-link`
    symlinkSync(folder, link)
    makeFolder(link, join(link, '.romi', 'locks'))
    expect(statSync(made('.romi', 'locks')).isDirectory()).toBe(true)
  })

  test('is made below a link that stays in the database', () => {
    mkdirSync(made('elsewhere'))
    symlinkSync(made('elsewhere'), made('.romi'))
    makeFolder(folder, made('.romi', 'locks'))
    expect(readdirSync(made('elsewhere'))).toEqual(['locks'])
  })

  test.each(['.romi', '.romi/locks'])('is never made below a link at %s that leads out', (name) => {
    const outside = mkdtempSync(join(work, 'outside-'))
    mkdirSync(join(made(name), '..'), { recursive: true })
    symlinkSync(outside, made(name))
    expect(() => makeFolder(folder, made('.romi', 'locks', 'holders'))).toThrow(
      expect.objectContaining({
        code: 'store/link-outside',
        message: `${made(name)} is a link that leaves the database (to ${outside}): put a folder in its place`,
        facts: { path: made(name), target: outside },
      }),
    )
    expect(readdirSync(outside)).toEqual([])
  })

  test('is never made below a link to nowhere, nor to a folder whose name begins like the database’s', () => {
    symlinkSync(made('none'), made('.romi'))
    expect(() => makeFolder(folder, made('.romi', 'locks'))).toThrow('(to nowhere)')
    rmSync(made('.romi'))
    mkdirSync(`${folder}-other`)
    symlinkSync(`${folder}-other`, made('.romi'))
    expect(() => makeFolder(folder, made('.romi', 'locks'))).toThrow(code('store/link-outside'))
  })
})
