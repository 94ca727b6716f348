// Locks on systems that lack what this one has: hard links, `/proc`, folders that can be synced.
import fs, {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  linkOver,
  lookAt,
  makeFolder,
  namesIn,
  removeFile,
  syncFolder,
  tryLink,
} from '../../../src/fsdb/locks/files.ts'
import { scratchFolder } from '../../support/scratch.ts'

const work = scratchFolder('other-systems')
afterAll(() => rmSync(work, { recursive: true }))

let folder: string
let record: string
let lock: string
beforeEach(() => {
  folder = mkdtempSync(join(work, 'db-'))
  record = join(folder, 'record')
  lock = join(folder, 'lock')
  writeFileSync(record, 'ours')
})
afterEach(() => {
  vi.restoreAllMocks()
  syncBuiltinESMExports()
})
const text = (path: string): string => readFileSync(path, 'utf8')
const error = (code: string): Error => Object.assign(new Error(`${code}: by the test`), { code })
const answers = (code: string) => (): never => {
  throw error(code)
}
const coded = (code: string): unknown => expect.objectContaining({ code })

describe('where the disk knows no second names', () => {
  test.each(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])(
    'a copy is made for the first of many, and for no other: %s',
    (code) => {
      vi.spyOn(fs, 'linkSync').mockImplementation(answers(code))
      expect(tryLink(record, lock)).toBe(true)
      expect(text(lock)).toBe('ours')
      writeFileSync(record, 'theirs')
      expect(tryLink(record, lock)).toBe(false)
      expect(text(lock)).toBe('ours')
    },
  )

  test('a lock takes the place of another all the same', () => {
    vi.spyOn(fs, 'linkSync').mockImplementation(answers('EPERM'))
    writeFileSync(lock, 'old')
    linkOver(record, lock)
    expect(text(lock)).toBe('ours')
    expect(readdirSync(folder).sort()).toEqual(['lock', 'record'])
  })

  test('what the disk refuses to copy is told, and what it refuses for another reason is not copied', () => {
    vi.spyOn(fs, 'linkSync').mockImplementation(answers('EPERM'))
    expect(() => tryLink(record, join(folder, 'none', 'lock'))).toThrow(coded('ENOENT'))
    vi.spyOn(fs, 'linkSync').mockImplementation(answers('ENOSPC'))
    expect(() => tryLink(record, lock)).toThrow(coded('ENOSPC'))
    expect(existsSync(lock)).toBe(false)
  })
})

describe('where a folder cannot be synced', () => {
  test('it is not tried: there, the disk orders renames by itself', () => {
    const open = vi.spyOn(fs, 'openSync').mockImplementation(answers('EPERM'))
    expect(() => syncFolder(folder)).toThrow(coded('EPERM'))
    vi.spyOn(process, 'platform', 'get').mockReturnValue('win32')
    syncFolder(folder)
    expect(open).toHaveBeenCalledTimes(1)
  })
})

describe('what the system answers in the middle of a look', () => {
  test.each(['ENOENT', 'ELOOP', 'ENOTDIR', 'ESTALE'])(
    'that the lock is gone by now, or is a link, is as if nothing lay there: %s',
    (code) => {
      vi.spyOn(fs, 'openSync').mockImplementation(answers(code))
      expect(lookAt(record)).toEqual({ is: 'nothing' })
      vi.spyOn(fs, 'lstatSync').mockImplementation(answers(code))
      expect(lookAt(record)).toEqual({ is: 'nothing' })
      vi.spyOn(fs, 'readdirSync').mockImplementation(answers(code))
      expect(namesIn(folder)).toEqual([])
    },
  )

  test('anything else is told', () => {
    vi.spyOn(fs, 'openSync').mockImplementation(answers('EIO'))
    expect(() => lookAt(record)).toThrow(coded('EIO'))
    vi.spyOn(fs, 'lstatSync').mockImplementation(answers('EIO'))
    expect(() => lookAt(record)).toThrow(coded('EIO'))
    vi.spyOn(fs, 'readdirSync').mockImplementation(answers('EIO'))
    expect(() => namesIn(folder)).toThrow(coded('EIO'))
    vi.spyOn(fs, 'unlinkSync').mockImplementation(answers('EIO'))
    expect(() => removeFile(record)).toThrow(coded('EIO'))
  })

  test('a link whose end the disk does not let us look at is told as that', () => {
    fs.symlinkSync(work, join(folder, '.romi'))
    vi.spyOn(fs, 'realpathSync').mockImplementation(answers('EACCES'))
    expect(() => makeFolder(folder, join(folder, '.romi', 'locks'))).toThrow(coded('EACCES'))
  })

  test('names come in order, whatever order the system has', () => {
    vi.spyOn(fs, 'readdirSync').mockReturnValue(['b', 'a', 'c'] as never)
    expect(namesIn(folder)).toEqual(['a', 'b', 'c'])
  })
})

describe('where there is no /proc', () => {
  /** What the module finds when it is loaded on such a system. */
  async function ownerThere(code: string) {
    const [read, link] = [fs.readFileSync, fs.readlinkSync]
    vi.spyOn(fs, 'readFileSync').mockImplementation(((path: string, how?: 'utf8') => {
      if (String(path).startsWith('/proc')) throw error(code)
      return read(path, how)
    }) as typeof read)
    vi.spyOn(fs, 'readlinkSync').mockImplementation(((path: string) => {
      if (String(path).startsWith('/proc')) throw error(code)
      return link(path)
    }) as typeof link)
    syncBuiltinESMExports()
    vi.resetModules()
    return import('../../../src/fsdb/locks/owner.ts')
  }
  afterEach(() => void vi.resetModules())

  test.each(['ENOENT', 'ESRCH', 'EACCES', 'ENOTDIR', 'EINVAL'])(
    'a record tells neither the start of the machine nor that of the process: %s',
    async (code) => {
      const { thisBoot, thisProcess } = await ownerThere(code)
      expect(thisBoot).toBe('')
      expect(thisProcess({})).toMatchObject({ boot: '', pidNamespace: '', started: '' })
    },
  )

  test('another answer of the system is told', async () => {
    await expect(ownerThere('EIO')).rejects.toThrow(coded('EIO'))
  })

  test('a process that no signal reaches is dead, and of any other nobody can be sure', async () => {
    const { pulseOf, thisProcess } = await ownerThere('ENOENT')
    const own = thisProcess({})
    const kill = vi.spyOn(process, 'kill')
    expect(pulseOf(own)).toBe('unknown')
    expect(kill).toHaveBeenLastCalledWith(process.pid, 0)
    kill.mockImplementation(answers('ESRCH'))
    expect(pulseOf(own)).toBe('dead')
    // It is another user's.
    kill.mockImplementation(answers('EPERM'))
    expect(pulseOf(own)).toBe('unknown')
  })

  test('counters that others saw are not kept: the times of two starts could not be told apart', async () => {
    await ownerThere('ENOENT')
    const { Sightings } = await import('../../../src/fsdb/locks/sightings.ts')
    const sightings = new Sightings(folder)
    sightings.look('somebody', '1')
    sightings.save()
    sightings.forget()
    expect(readdirSync(folder)).toEqual(['record'])
  })
})

describe.runIf(process.platform === 'linux')('a process that ended', () => {
  /** The pulse of a process of which the kernel tells this. */
  async function pulse(state: string, threads: readonly string[]): Promise<string> {
    vi.resetModules()
    const { pulseOf, thisProcess } = await import('../../../src/fsdb/locks/owner.ts')
    const own = thisProcess({})
    const [read, list] = [fs.readFileSync, fs.readdirSync]
    vi.spyOn(fs, 'readFileSync').mockImplementation(((path: string, how?: 'utf8') =>
      path === '/proc/77/stat'
        ? `77 (a) Z (b) ${state} ${Array(18).fill('0').join(' ')} ${own.started} 0`
        : read(path, how)) as typeof read)
    vi.spyOn(fs, 'readdirSync').mockImplementation(((path: string) =>
      path === '/proc/77/task' ? threads : list(path)) as never)
    syncBuiltinESMExports()
    return pulseOf({ ...own, pid: 77 })
  }

  test.each(['Z', 'X', 'x'])(
    'is dead when no other thread of it is left: state %s',
    async (state) => {
      expect(await pulse(state, ['77'])).toBe('dead')
      expect(await pulse(state, [])).toBe('dead')
    },
  )

  test('lives as long as another thread of it does, which may be about to write', async () => {
    expect(await pulse('Z', ['77', '78'])).toBe('alive')
  })

  test.each(['R', 'S', 'D', 'T'])(
    'is told from one that runs, sleeps or is stopped: %s',
    async (state) => {
      expect(await pulse(state, ['77'])).toBe('alive')
    },
  )
})
