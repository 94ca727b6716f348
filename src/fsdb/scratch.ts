// Scratch folders on another disk: `<setting>/romi-run-<which database>/<id of a run>`.
//
// The disk is shared with others. So nothing is listed or removed there but the folders of this
// database's runs; and the folder above them must be ours, as anybody can make one by its name.
import { join, resolve } from 'node:path'
import { sha256 } from '../base/digest.ts'
import { RomiError } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import { gated } from './gate.ts'
import type { RunId } from './id-types.ts'
import { isRunId } from './own-names.ts'

/** The folders of a database's runs on another disk. */
export class OuterScratch {
  readonly #bare: Disk
  readonly #disk: Disk
  readonly #above: string
  /** The folder of this database there. */
  readonly path: string

  /**
   * @param disk as it is, not held inside the database
   * @param root real path of the database
   * @param above the folder that the setting names, absolute
   */
  constructor(disk: Disk, root: string, above: string) {
    this.#bare = disk
    this.#above = resolve(above)
    this.path = join(this.#above, `romi-run-${sha256(root).slice(0, 16)}`)
    this.#disk = gated(disk, this.path)
  }

  /** The runs that have a folder there. */
  runs(): RunId[] {
    if (!this.#isThere()) return []
    const entries = this.#disk.list(this.path) ?? []
    return entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .filter(isRunId)
  }

  /** Makes the folder of a run, and returns it. */
  make(run: RunId): string {
    if (!this.#bare.stat(this.#above))
      throw new RomiError(
        'store/no-scratch',
        `there is no folder ${this.#above}, where scratch folders are to be: make it, or change [romi] scratch`,
        { facts: { path: this.#above } },
      )
    const folder = join(this.path, run)
    if (!this.#isThere()) this.#disk.makeFolder(this.path)
    this.#isThere()
    this.#disk.makeFolder(folder)
    return folder
  }

  /** Removes the folder of a run. */
  async remove(run: RunId): Promise<void> {
    if (this.#isThere()) await this.#disk.remove(join(this.path, run))
  }

  /** @throws RomiError `store/path-taken` if another has put something by that name there */
  #isThere(): boolean {
    const stat = this.#bare.stat(this.path)
    if (!stat) return false
    const isOurs = process.getuid === undefined || stat.uid === process.getuid()
    if (stat.isDirectory() && isOurs) return true
    throw new RomiError(
      'store/path-taken',
      `${this.path} is ${stat.isDirectory() ? "another user's" : 'no folder'}: move it away, or change [romi] scratch`,
      { facts: { path: this.path } },
    )
  }
}
