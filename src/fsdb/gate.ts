// The gate: whatever links lie in a database, no operation on it leaves it.
//
// A database is data, and data may come from anybody or be put together by hand: its links are not to
// be trusted. Three rules, held at each single operation:
//   - reading follows a link that stays within the database, and no other;
//   - nothing is changed through a link;
//   - what is ours alone, the folders `.romi`, is not even read through one.
import type { Stats } from 'node:fs'
import { join, resolve, sep } from 'node:path'
import { RomiError, systemCode } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import { monotonicMs } from '../base/monotonic.ts'
import { ownFolder } from './layout.ts'

/** A thousand files of a folder ask for it at once: one look is for all of them, in ms. */
const lookLasts = 10

/** The error of a link that is not followed. */
export function linkRefused(path: string, target: string): RomiError {
  return new RomiError(
    'store/link-outside',
    `${path} is a link (to ${target}), which is not followed here: put what belongs there in its place, or remove the link`,
    { facts: { path, target } },
  )
}

function pathOutside(path: string, root: string): RomiError {
  return new RomiError(
    'store/link-outside',
    `${path} is outside of the database ${root}: nothing there is read or changed`,
    { facts: { path } },
  )
}

/** The error of something else in the place of a folder. */
export function notAFolder(path: string): RomiError {
  return new RomiError(
    'store/path-taken',
    `${path} is in the place of a folder of the database: move it away`,
    { facts: { path } },
  )
}

/** A folder that a reader may pass. */
interface Passed {
  /** When the first of the folders on the way to it was looked at. */
  readonly at: number
  /** No link is on the way to it, and it is none. */
  readonly isPlain: boolean
  /** It is there, and is a folder. */
  readonly isFolder: boolean
}

interface EntryFacts {
  readonly path: string
  readonly stat: Stats
}

function assertFolder(found: EntryFacts | undefined): void {
  if (found && !found.stat.isDirectory()) throw notAFolder(found.path)
}

class Gate {
  readonly #disk: Disk
  readonly #root: string
  /** With a separator at the end. */
  readonly #inside: string
  #realRoot: string | undefined
  /** Folders that were looked at. */
  readonly #passed = new Map<string, Passed>()

  constructor(disk: Disk, root: string) {
    this.#disk = disk
    this.#root = resolve(root)
    this.#inside = this.#root.endsWith(sep) ? this.#root : this.#root + sep
  }

  /** Throws unless `path` itself may be looked at: what is above it leads nowhere else. */
  look(path: string): void {
    const folder = path.slice(0, path.lastIndexOf(sep))
    if (folder === '') return
    const now = monotonicMs()
    if (this.#lookedAt(folder, now)) return
    const parts = this.#partsOf(path).slice(0, -1)
    if (parts.length > 0) this.#pass(this.#inside + parts.join(sep), now)
  }

  #lookedAt(folder: string, now = monotonicMs()): Passed | undefined {
    const passed = this.#passed.get(folder)
    return passed && now - passed.at < lookLasts ? passed : undefined
  }

  /**
   * Passes a folder: below one that was just passed, and to which no link leads, one look is enough.
   * @param folder resolved, within the database
   * @param now not after the first look
   */
  #pass(folder: string, now: number): Passed {
    const looked = this.#lookedAt(folder, now)
    if (looked) return looked
    const cut = folder.lastIndexOf(sep)
    const above =
      cut < this.#inside.length
        ? { at: now, isPlain: true, isFolder: true }
        : this.#pass(folder.slice(0, cut), now)
    const stat = this.#disk.stat(folder)
    const isPlain = above.isPlain && !stat?.isSymbolicLink()
    if (!isPlain) this.#walk(this.#partsOf(folder), false)
    const passed = { at: above.at, isPlain, isFolder: stat?.isDirectory() ?? false }
    if (this.#passed.size > 10_000) this.#passed.clear()
    // What is not there yet will be made in a moment.
    if (stat) this.#passed.set(folder, passed)
    return passed
  }

  /**
   * Throws unless what `path` leads to may be read.
   * @returns whether anything lies there
   */
  read(path: string): boolean {
    this.look(path)
    const stat = this.#disk.stat(path)
    if (stat?.isSymbolicLink()) this.#walk(this.#partsOf(path), false)
    return stat !== undefined
  }

  /** Throws unless what lies in the folder of `path`, such as `path`, may be changed. */
  changeIn(path: string): void {
    if (this.#isJustPassed(path)) return
    const parts = this.#partsOf(path)
    // The database itself lies in a folder that is none of its business.
    if (parts.length === 0) throw pathOutside(path, this.#root)
    this.#changeBelow(parts.slice(0, -1))
  }

  /** Throws unless `path` itself may be changed. */
  change(path: string): void {
    if (this.#isJustPassed(path)) {
      if (this.#disk.stat(path)?.isSymbolicLink()) this.#walk(this.#partsOf(path), true)
      return
    }
    const parts = this.#partsOf(path)
    if (parts.length === 0) return
    this.#changeBelow(parts.slice(0, -1))
    if (this.#disk.stat(this.#inside + parts.join(sep))?.isSymbolicLink()) this.#walk(parts, true)
  }

  /** Whether `path` is a name in a folder that was just looked at, and that may be changed. */
  #isJustPassed(path: string): boolean {
    const cut = path.lastIndexOf(sep)
    const name = path.slice(cut + 1)
    if (name === '' || name === '.' || name === '..') return false
    const passed = this.#lookedAt(path.slice(0, cut))
    return passed !== undefined && passed.isPlain && passed.isFolder
  }

  /** Throws unless what lies in a folder may be changed. */
  #changeBelow(parts: readonly string[]): void {
    if (parts.length === 0) return
    const { isPlain, isFolder } = this.#pass(this.#inside + parts.join(sep), monotonicMs())
    if (!isPlain || !isFolder) assertFolder(this.#walk(parts, true))
  }

  /** As `change`, of a folder that may have to be made: nothing else lies there. */
  folder(path: string): void {
    this.#changeBelow(this.#partsOf(path))
  }

  /** A path with its links resolved, which stays within the database. */
  real(path: string): string {
    const real = this.#disk.realPath(path)
    if (resolve(path) !== this.#root && !this.#isInside(real)) throw linkRefused(path, real)
    return real
  }

  #isInside(real: string): boolean {
    return this.#insideReal(real) !== undefined
  }

  /** A resolved path from the database on, if it is in there. */
  #insideReal(real: string): string | undefined {
    this.#realRoot ??= this.#realPrefix()
    return real.startsWith(this.#realRoot) ? real.slice(this.#realRoot.length) : undefined
  }

  #realPrefix(): string {
    const real = this.#disk.stat(this.#root) ? this.#disk.realPath(this.#root) : this.#root
    return real.endsWith(sep) ? real : real + sep
  }

  /** The names on the way from the database to a path; a path that was resolved begins elsewhere. */
  #partsOf(path: string): string[] {
    const full = resolve(path)
    if (full === this.#root) return []
    if (full.startsWith(this.#inside)) return full.slice(this.#inside.length).split(sep)
    const inside = this.#insideReal(full)
    if (inside !== undefined) return inside.split(sep)
    throw pathOutside(full, this.#root)
  }

  /** Goes from folder to folder; returns the last thing on the way that is there. */
  #walk(parts: readonly string[], isChange: boolean): EntryFacts | undefined {
    let path = this.#root
    let last: EntryFacts | undefined
    let isOwn = false
    for (const part of parts) {
      path = join(path, part)
      isOwn ||= part === ownFolder
      const stat = this.#disk.stat(path)
      if (!stat) return last
      if (stat.isSymbolicLink()) {
        const real = this.#target(path)
        const inside = this.#insideReal(real)?.split(sep)
        const isRefused = isChange || isOwn || inside === undefined || inside.includes(ownFolder)
        if (isRefused) throw linkRefused(path, real)
        path = real
      }
      last = { path, stat }
    }
    return last
  }

  #target(path: string): string {
    try {
      return this.#disk.realPath(path)
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(systemCode(error) ?? '')) throw error
      return 'nowhere'
    }
  }
}

/** A disk of which nothing outside of a database can be reached, but to copy it into there. */
export function gated(disk: Disk, root: string): Disk {
  const gate = new Gate(disk, root)
  const isInside = (path: string): boolean => resolve(path).startsWith(resolve(root) + sep)
  return {
    stat: (path) => (gate.look(path), disk.stat(path)),
    // A folder that is not there costs an error to find out, which costs more than the look.
    list: (path) => (gate.read(path) ? disk.list(path) : undefined),
    readText: (path) => (gate.read(path), disk.readText(path)),
    readBytes: async (path) => (gate.read(path), disk.readBytes(path)),
    realPath: (path) => gate.real(path),
    create: async (path, bytes) => (gate.changeIn(path), disk.create(path, bytes)),
    createLoose: async (path, bytes) => (gate.changeIn(path), disk.createLoose(path, bytes)),
    append: (path, text) => (gate.change(path), disk.append(path, text)),
    async copy(from, to) {
      if (isInside(from)) gate.read(from)
      gate.changeIn(to)
      await disk.copy(from, to)
    },
    sync: async (path) => (gate.change(path), disk.sync(path)),
    rename(from, to) {
      gate.changeIn(from)
      gate.changeIn(to)
      disk.rename(from, to)
    },
    makeFolder: (path) => (gate.folder(path), disk.makeFolder(path)),
    remove: async (path) => (gate.changeIn(path), disk.remove(path)),
  }
}
