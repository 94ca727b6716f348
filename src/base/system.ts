// The disk, as narrow as the store needs it, so that a test can fail or stop it at any operation.
import { randomUUID } from 'node:crypto'
import {
  closeSync,
  constants,
  fsync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  writeFileSync,
  type Dirent,
  type Stats,
} from 'node:fs'
import { copyFile, open, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { explainDiskError } from './disk-errors.ts'
import { systemCode } from './errors.ts'
import {
  assertRegular,
  fewBytes,
  openFolderOrRegular,
  openRegular,
  readRegular,
} from './regular.ts'
import { removeFew } from './remove-few.ts'

/**
 * File operations, of which those that change something are one step each.
 *
 * What is over at once is done synchronously: for the many tiny files of a database a call costs 5 µs,
 * one through Node's thread pool 100. Many bytes, and the disk itself, are waited for elsewhere.
 */
export interface Disk {
  /** What is at `path`, without following a link there; `undefined` if nothing is. */
  stat(path: string): Stats | undefined
  /** The entries of a folder, in no order; `undefined` if there is no folder. */
  list(path: string): readonly Dirent[] | undefined
  /** Reads a regular file; anything else that could be read is refused, as below. */
  readText(path: string): string
  readBytes(path: string): Promise<Uint8Array>
  /** `path` with every link resolved. */
  realPath(path: string): string

  /** Makes a new file and has it on the disk, whole, before it returns. */
  create(path: string, bytes: Uint8Array): Promise<void>
  /** Makes a new file that may still lie in memory: `sync` it before anything relies on it. */
  createLoose(path: string, bytes: Uint8Array): Promise<void>
  /** Adds to the end of a file, which it makes if need be; may still lie in memory. */
  append(path: string, text: string): void
  /** Makes a new file with the bytes of another, sharing blocks where the filesystem can. */
  copy(from: string, to: string): Promise<void>
  /** Waits until a file's bytes, or a folder's entries, are on the disk. */
  sync(path: string): Promise<void>
  rename(from: string, to: string): void
  /** Makes a folder and those above it; one that is there is left as it is. */
  makeFolder(path: string): void
  /** Removes a file or a whole folder, if it is there. */
  remove(path: string): Promise<void>
}

/** Waits, in another thread, until what was written is on the disk. */
const onDisk = promisify(fsync)

async function writeBytes(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
  if (bytes.length > fewBytes) return writeMany(path, bytes, durable)
  const file = openSync(path, 'wx')
  try {
    writeFileSync(file, bytes)
    if (durable) await onDisk(file)
  } finally {
    closeSync(file)
  }
}

async function writeMany(path: string, bytes: Uint8Array, durable: boolean): Promise<void> {
  const handle = await open(path, 'wx')
  try {
    await handle.writeFile(bytes)
    if (durable) await handle.sync()
  } finally {
    await handle.close()
  }
}

function withFile<T>(descriptor: number, work: (descriptor: number) => T): T {
  try {
    return work(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT

/** The disk of this machine. */
export const realDisk: Disk = {
  stat(path) {
    try {
      return lstatSync(path, { throwIfNoEntry: false })
    } catch (error) {
      // Below a file there is nothing, such as in a `.DS_Store` beside the folders that are meant.
      if (systemCode(error) === 'ENOTDIR') return undefined
      throw error
    }
  },
  list(path) {
    try {
      return readdirSync(path, { withFileTypes: true })
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined
      throw error
    }
  },
  readText: (path) => withFile(openRegular(path), (file) => readFileSync(file, 'utf8')),
  readBytes: (path) => readRegular(path),
  realPath: (path) => realpathSync(path),
  create: (path, bytes) => writeBytes(path, bytes, true),
  createLoose: (path, bytes) => writeBytes(path, bytes, false),
  append: (path, text) =>
    withFile(openRegular(path, appending), (file) => writeFileSync(file, text)),
  async copy(from, to) {
    assertRegular(await stat(from), from)
    await copyFile(from, to, constants.COPYFILE_FICLONE | constants.COPYFILE_EXCL)
  },
  async sync(path) {
    const opened = openFolderOrRegular(path)
    try {
      await onDisk(opened)
    } catch (error) {
      // Windows cannot sync a folder; its journal orders renames by itself.
      if (process.platform !== 'win32') throw error
    } finally {
      closeSync(opened)
    }
  },
  rename: (from, to) => renameSync(from, to),
  makeFolder: (path) => void mkdirSync(path, { recursive: true }),
  async remove(path) {
    if (!removeFew(path)) await rm(path, { recursive: true, force: true, maxRetries: 3 })
  },
}

/** The same disk, whose errors say what happened, where and what to do. */
export function withClearErrors(disk: Disk): Disk {
  const clear = <A extends readonly unknown[], R>(call: (path: string, ...rest: A) => R) => {
    return (path: string, ...rest: A): R => {
      const explain = (error: unknown): never => {
        throw explainDiskError(error, path)
      }
      try {
        const result = call(path, ...rest)
        // Safe: what `catch` returns never returns, so the promise keeps its type.
        return result instanceof Promise ? (result.catch(explain) as R) : result
      } catch (error) {
        return explain(error)
      }
    }
  }
  return {
    stat: clear((path) => disk.stat(path)),
    list: clear((path) => disk.list(path)),
    readText: clear((path) => disk.readText(path)),
    readBytes: clear((path) => disk.readBytes(path)),
    realPath: clear((path) => disk.realPath(path)),
    create: clear((path, bytes: Uint8Array) => disk.create(path, bytes)),
    createLoose: clear((path, bytes: Uint8Array) => disk.createLoose(path, bytes)),
    append: clear((path, text: string) => disk.append(path, text)),
    copy: clear((from, to: string) => disk.copy(from, to)),
    sync: clear((path) => disk.sync(path)),
    rename: clear((from, to: string) => disk.rename(from, to)),
    makeFolder: clear((path) => disk.makeFolder(path)),
    remove: clear((path) => disk.remove(path)),
  }
}

/**
 * Replaces a file as a whole: whoever reads `path` sees the old bytes or the new ones, even after
 * a power cut.
 *
 * @param workFolder where the temporary file lies; on the same filesystem as `path`
 * @param guard called directly before the rename; throws to keep the old file
 */
export async function replaceFile(
  disk: Disk,
  path: string,
  bytes: Uint8Array,
  workFolder: string,
  guard: () => void = () => undefined,
): Promise<void> {
  // A writer that connects removes what lies in a work folder, and then the folder: go on after both.
  for (let attempt = 1; ; attempt++) {
    try {
      await replaceOnce(disk, path, bytes, workFolder, guard)
      break
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || attempt === 3) throw error
    }
  }
  await disk.sync(join(path, '..'))
}

async function replaceOnce(
  disk: Disk,
  path: string,
  bytes: Uint8Array,
  workFolder: string,
  guard: () => void,
): Promise<void> {
  if (!disk.stat(workFolder)) disk.makeFolder(workFolder)
  const temporary = join(workFolder, randomUUID())
  try {
    await disk.create(temporary, bytes)
    guard()
    disk.rename(temporary, path)
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined)
    throw error
  }
}
