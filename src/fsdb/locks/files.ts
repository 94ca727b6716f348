// The few things that locks do on the disk, each one step that no kill can split.
import fs from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { randomUUID } from 'node:crypto'
import { explainDiskError } from '../../base/disk-errors.ts'
import { RomiError, systemCode } from '../../base/errors.ts'

/** What lies where a lock would. */
export type Lying =
  | { readonly is: 'nothing' }
  | {
      readonly is: 'file'
      readonly text: string
      readonly inode: number
      /** Written by somebody's clock: to be compared for change, and shown, never with a clock. */
      readonly mtimeMs: number
    }
  /** A folder, link, pipe, device or socket: nothing that is opened. */
  | { readonly is: 'odd'; readonly what: string; readonly mtimeMs: number }

/** Neither through a link nor for a pipe's other end; Windows knows neither flag, nor pipes there. */
const quick = Number(fs.constants.O_NOFOLLOW) | Number(fs.constants.O_NONBLOCK)

/** No lock is longer; what is, is none. */
const longest = 1 << 16

/** Reads a regular file, and nothing else: opening a pipe or a device may never end. */
export function lookAt(path: string): Lying {
  const stat = statOf(path)
  if (!stat) return { is: 'nothing' }
  const { mtimeMs } = stat
  if (!stat.isFile()) return { is: 'odd', what: entryKind(stat), mtimeMs }
  if (stat.size > longest) return { is: 'odd', what: 'a large file', mtimeMs }
  let file: number
  try {
    // It may have become a link or a pipe since the look.
    file = fs.openSync(path, fs.constants.O_RDONLY | quick)
  } catch (error) {
    if (gone.has(systemCode(error) ?? '')) return { is: 'nothing' }
    throw error
  }
  try {
    const { ino, mtimeMs, size } = fs.fstatSync(file)
    // Locks are small, and looked at often.
    const bytes = Buffer.allocUnsafe(Math.min(size, longest))
    const length = fs.readSync(file, bytes, 0, bytes.length, 0)
    return { is: 'file', text: bytes.toString('utf8', 0, length), inode: ino, mtimeMs }
  } finally {
    fs.closeSync(file)
  }
}

const gone = new Set(['ENOENT', 'ELOOP', 'ENOTDIR', 'ESTALE'])

/** What lies at a path, without following a link. */
export function statOf(path: string): fs.Stats | undefined {
  try {
    return fs.lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (gone.has(systemCode(error) ?? '')) return undefined
    throw error
  }
}

function entryKind(stat: fs.Stats): string {
  if (stat.isDirectory()) return 'a folder'
  if (stat.isSymbolicLink()) return 'a link'
  if (stat.isFIFO()) return 'a pipe'
  return stat.isSocket() ? 'a socket' : 'a device'
}

/** The names in a folder; none if it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return fs.readdirSync(folder).sort()
  } catch (error) {
    if (gone.has(systemCode(error) ?? '')) return []
    throw error
  }
}

/** Makes a new file and has it on the disk, whole, or leaves none. */
export function writeDurably(path: string, text: string): void {
  const file = fs.openSync(path, 'wx')
  let isWhole = false
  try {
    // All of it: of what is written at once, a disk that gets full takes a part without a word.
    fs.writeFileSync(file, text)
    fs.fsyncSync(file)
    isWhole = true
  } catch (error) {
    throw explainDiskError(error, path)
  } finally {
    fs.closeSync(file)
    if (!isWhole) removeFile(path)
  }
}

/** Has the entries of a folder on the disk. */
export function syncFolder(path: string): void {
  // Windows cannot sync a folder; its journal orders renames by itself.
  if (process.platform === 'win32') return
  const folder = fs.openSync(path, 'r')
  try {
    fs.fsyncSync(folder)
  } finally {
    fs.closeSync(folder)
  }
}

/** Puts a file in the place of another, or of nothing; readers see the one or the other. */
export function replace(path: string, text: string): void {
  const temporary = `${path}.${randomUUID()}`
  try {
    fs.writeFileSync(temporary, text, { flag: 'wx' })
    fs.renameSync(temporary, path)
  } catch (error) {
    removeFile(temporary)
    throw error
  }
}

/** Gives the file `from` the second name `to`, unless something bears it: true for one of many. */
export function tryLink(from: string, to: string): boolean {
  try {
    fs.linkSync(from, to)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    if (!linkless.has(systemCode(error) ?? '')) throw error
    return copyNew(from, to)
  }
}

/** What a filesystem without hard links answers, such as exFAT or some network shares. */
const linkless = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/** Second best: a kill in the middle leaves a torn file. */
function copyNew(from: string, to: string): boolean {
  try {
    fs.copyFileSync(from, to, fs.constants.COPYFILE_EXCL)
    return true
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false
    throw error
  }
}

/** Puts a second name of the file `from` in the place of `to`. */
export function linkOver(from: string, to: string): void {
  const second = `${from}.${randomUUID()}`
  tryLink(from, second)
  fs.renameSync(second, to)
}

/**
 * Makes a folder below the database.
 *
 * @throws RomiError `store/link-outside` if a link on the way leads out of the database
 */
export function makeFolder(root: string, folder: string): void {
  for (let path = folder; path !== root && path !== dirname(path); path = dirname(path)) {
    if (!statOf(path)?.isSymbolicLink()) continue
    const target = realPathOf(path)
    if (target.startsWith(fs.realpathSync(root) + sep)) continue
    throw new RomiError(
      'store/link-outside',
      `${path} is a link that leaves the database (to ${target}): put a folder in its place`,
      { facts: { path, target } },
    )
  }
  fs.mkdirSync(folder, { recursive: true })
}

function realPathOf(path: string): string {
  try {
    return fs.realpathSync(path)
  } catch (error) {
    if (!gone.has(systemCode(error) ?? '')) throw error
    return 'nowhere'
  }
}

/** Removes a file, if it is there: Node's `rm` looks at it first, twice. */
export function removeFile(path: string): void {
  try {
    fs.unlinkSync(path)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
  }
}

/** Removes files of a folder, if they are there. */
export function removeFiles(folder: string, names: Iterable<string>): void {
  for (const name of names) removeFile(join(folder, name))
}
