// Files of a database as they are, to be sent to others: never ours, and never from outside of it.
import { join } from 'node:path'
import { RomiError } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import { isSafeName, type ScanId } from './ids.ts'

/** The files of a database by the names on the way to them. */
export class RawFiles {
  readonly #disk: Disk
  readonly #root: string

  /**
   * @param disk reaches nothing outside of the database
   * @param root absolute path of the database
   */
  constructor(disk: Disk, root: string) {
    this.#disk = disk
    this.#root = root
  }

  /**
   * Where a file really lies, links resolved.
   *
   * @param names on the way to it, from the database on
   * @throws RomiError `store/no-file` if no regular file lies there, `store/link-outside`
   */
  path(names: readonly string[]): string {
    const path = join(this.#root, ...names)
    const isSafe = names.length > 0 && names.every(isSafeName)
    // A folder that bears the name of a file is none; what is above a file may be one.
    if (isSafe && this.#disk.stat(path)) {
      const real = this.#disk.realPath(path)
      if (this.#disk.stat(real)?.isFile()) return real
    }
    throw new RomiError('store/no-file', `${this.#root} has no file ${names.join('/')}`, {
      facts: { path },
    })
  }

  /**
   * All files in the folder of a scan that can be sent, as `path` takes them, sorted; without what a
   * link leads to.
   */
  namesIn(scan: ScanId): string[][] {
    const within = (names: readonly string[]): string[][] =>
      (this.#disk.list(join(this.#root, ...names)) ?? [])
        .filter(({ name }) => isSafeName(name))
        .sort((a, b) => (a.name < b.name ? -1 : 1))
        .flatMap((entry) => {
          const path = [...names, entry.name]
          return entry.isDirectory() ? within(path) : entry.isFile() ? [path] : []
        })
    return within([scan])
  }
}
