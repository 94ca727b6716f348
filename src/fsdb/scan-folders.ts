// Which folders of a database are scans, by what name, and the one object for each that is in use.
import { dirname, join } from 'node:path'
import { RomiError, systemCode } from '../base/errors.ts'
import type { Disk } from '../base/system.ts'
import { clash } from './changes.ts'
import { caseTwin, parseScanId, whyNoScanId, type ScanId } from './ids.ts'
import { scanLayout } from './layout.ts'
import { notFound, sameName } from './lookup.ts'
import { assertMarker } from './marker.ts'
import { ScanFolder, type ScanHost } from './scan-folder.ts'

/** The scans of a database. */
export class ScanFolders {
  readonly #host: ScanHost
  /** Only sees whether something lies behind a link that leads out. */
  readonly #bare: Disk
  /** The scans in use: one object each, so that all changes of a scan meet in it. */
  readonly #inUse = new Map<ScanId, WeakRef<ScanFolder>>()

  /** @param bare the disk as it is, not held inside the database */
  constructor(host: ScanHost, bare: Disk) {
    this.#host = host
    this.#bare = bare
  }

  /** The object of a scan, whether it is there or not. */
  of(id: ScanId): ScanFolder {
    let folder = this.#known(id)
    if (!folder) {
      folder = new ScanFolder(this.#host, id)
      this.#inUse.set(id, new WeakRef(folder))
    }
    return folder
  }

  /** Whether a scan of exactly this name is in use. */
  isInUse(name: string): boolean {
    return this.#known(name) !== undefined
  }

  #known(name: string): ScanFolder | undefined {
    // Safe: what is no id of a scan is not found.
    return this.#inUse.get(name as ScanId)?.deref()
  }

  /** Forgets what was read of a scan; of one that is not there nothing was. */
  release(name: string): void {
    this.#known(name)?.release()
  }

  /**
   * The ids of all scans, sorted, also of damaged ones.
   *
   * @throws RomiError `store/not-a-database` if the folder is gone
   */
  ids(): ScanId[] {
    const { disk, root } = this.#host
    const entries = disk.list(root)
    if (!entries) assertMarker(disk, root)
    return (entries ?? [])
      .filter((entry) => entry.isDirectory() || entry.isSymbolicLink())
      .flatMap(({ name }) => this.named(name) ?? [])
      .sort()
  }

  /** The names of folders with an index that are no scans for their name alone, sorted. */
  misnamed(): string[] {
    const { disk, root } = this.#host
    return (disk.list(root) ?? [])
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(({ name }) => name)
      .filter((name) => whyNoScanId(name) !== undefined)
      .filter((name) => this.#bare.stat(join(root, name, scanLayout.index))?.isFile())
      .sort()
  }

  /** The scan of exactly this name: a folder with an index, and a name that is an id. */
  named(name: string): ScanId | undefined {
    try {
      const id = parseScanId(name)
      if (!this.#bare.stat(join(this.#host.root, id, scanLayout.index))) return undefined
      return this.#isOtherName(id) ? undefined : id
    } catch (error) {
      // A link that leads nowhere, or round in a circle, is no scan either.
      if (error instanceof RomiError || ['ELOOP', 'ENOTDIR'].includes(systemCode(error) ?? ''))
        return undefined
      throw error
    }
  }

  /** A link to a scan of this very database is no scan of its own: two would write into one folder. */
  #isOtherName(id: ScanId): boolean {
    const { root } = this.#host
    const path = join(root, id)
    if (!this.#bare.stat(path)?.isSymbolicLink()) return false
    return dirname(this.#bare.realPath(path)) === this.#bare.realPath(root)
  }

  /** The scan of a name, however its accents are stored. */
  called(name: string): ScanId | undefined {
    return this.named(name) ?? sameName(name, this.ids())
  }

  /** The error of a scan that is not there; it lists those that are. */
  missing(name: string): RomiError {
    return notFound('scan', name, this.#host.root, this.ids())
  }

  /** @throws RomiError `store/scan-exists`, `store/id-clash`, `store/path-taken` */
  assertFree(id: ScanId): void {
    const { disk, root } = this.#host
    const ids = this.ids()
    if (ids.includes(id))
      throw new RomiError('store/scan-exists', `${root} has a scan ${id} already: get it`, {
        facts: { id },
      })
    const twin = caseTwin(id, ids)
    if (twin) throw clash(id, twin)
    const path = join(root, id)
    if (disk.stat(path))
      throw new RomiError(
        'store/path-taken',
        `${path} is there already though it is no scan: move it away, or choose another id`,
        { facts: { path } },
      )
  }
}
